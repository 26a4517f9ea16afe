"""Keys and values within a cell of a bill: tags as an object or as pairs, in JSON, as its text, or as Python's."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from stream.formats.python_text import NoPythonError, as_json
from stream.formats.refused import DECODER_ERRORS
from stream.formats.tags import LONGEST, MOST

_OPENING: Final = ("{", "[", "(", "array(")
Value = TypeVar("Value")

_CACHED_UP_TO: Final = 2048  # characters; larger ones are rare, and would make the cache large
_any: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def decoded(text: str, decoder: msgspec.json.Decoder[Value]) -> Value:
    """What JSON in a cell's text says, or what Python printed instead.

    Raises:
        msgspec.DecodeError: if it is neither, or not of the decoder's type.
    """
    try:
        return decoder.decode(text)
    except msgspec.ValidationError:
        raise
    except DECODER_ERRORS as error:
        try:
            return decoder.decode(as_json(text))
        except NoPythonError:
            raise msgspec.DecodeError(str(error)) from None


def pairs_within(text: str) -> Mapping[str, str]:
    """The keys and values of a cell's text; none of what holds none. Never change what it returns.

    Takes an object, an array of objects with ``key`` and ``value``, and an array of pairs. A null is no value.
    """
    return _cached(text) if len(text) <= _CACHED_UP_TO else _pairs(text)


def bounded(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Tags within the bounds that all formats share; of a key that is there twice the first that says something."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        short = key[:LONGEST]
        if value and short and not tags.get(short) and len(tags) < MOST:
            tags[short] = value[:LONGEST]
    return tags


def _pairs(text: str) -> Mapping[str, str]:
    if not text.startswith(_OPENING):
        return {}
    try:
        return dict(_told(decoded(text, _any)))
    except (*DECODER_ERRORS, UnicodeEncodeError):
        return {}


_cached = lru_cache(maxsize=4096)(_pairs)


def _told(found: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # whatever JSON a publisher wrote
    if isinstance(found, dict):
        found = list(found.items())
    for each in found if isinstance(found, list) else ():
        key, value = _pair(each)
        if isinstance(key, str) and value is not None:
            yield key, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _pair(each: Any) -> tuple[Any, Any]:  # noqa: ANN401  # the same
    if isinstance(each, dict):
        return each.get("key"), each.get("value")
    if isinstance(each, list | tuple) and len(each) == 2:
        return each[0], each[1]
    return None, None
