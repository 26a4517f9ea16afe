"""Tags of an event: an object, or JSON text of one, with whatever keys people gave them."""

from functools import lru_cache

import msgspec

from stream.formats.refused import DECODER_ERRORS

MOST = 64
"""Tags of one charge; those beyond are dropped, the first ones stay."""

LONGEST = 256
"""Characters of a key or a value; the rest is cut off."""

_CACHED_UP_TO = 2048  # bytes; larger ones are rare, and would make the cache large


def parse_tags(raw: msgspec.Raw) -> dict[str, str]:
    """Tags with keys as they came and values as text; what is no object holds none.

    A null value is no tag. The dictionary is shared by all charges with the same tags: never change it.
    """
    if len(memoryview(raw)) <= _CACHED_UP_TO:
        return _cached(bytes(raw))
    return _parse(bytes(raw))


def _parse(raw: bytes) -> dict[str, str]:
    try:
        found = msgspec.json.decode(raw) if raw else None
        if isinstance(found, str):
            found = msgspec.json.decode(found) if found.lstrip().startswith("{") else None
    except DECODER_ERRORS:
        return {}
    if not isinstance(found, dict):
        return {}
    tags: dict[str, str] = {}
    for key, value in found.items():
        if value is not None and len(tags) < MOST:
            tags[key[:LONGEST]] = _text(value)[:LONGEST]
    return tags


_cached = lru_cache(maxsize=4096)(_parse)


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
