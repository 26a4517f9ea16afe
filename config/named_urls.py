"""Addresses by name, written as one JSON object: receivers that the rules call by name."""

import json
import re
from typing import Final
from urllib.parse import urlsplit

DEFAULT: Final = "default"  # the name of the one that stands in a setting of its own
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def read_named_urls(text: str) -> dict[str, str]:
    """Addresses by name.

    Raises:
        ValueError: with what is wrong, where, and what would be right. It holds no address, for those are secrets.
    """
    found: dict[str, str] = {}
    for name, url in _pairs(text):
        if not _NAME.fullmatch(name):  # it may be an address, and is not shown
            msg = "has a name that is none; write letters, digits, `.`, `_` and `-`, 63 at most"
            raise ValueError(msg)
        if name in found:
            msg = f"has {name!r} twice; give each name one address"
            raise ValueError(msg)
        if not isinstance(url, str) or not is_http(url):
            msg = f"has no URL for {name!r}; write for example https://hooks.example.com/spendwatch"
            raise ValueError(msg)
        found[name] = url
    return found


def is_http(url: str) -> bool:
    """Whether something can be posted there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    legal = port is None or port > 0
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and legal and " " not in url


def _pairs(text: str) -> list[tuple[str, object]]:
    """The members of the object as they stand there, so that a name that comes twice is seen."""
    example = 'write an object of names and addresses, such as {"on-call": "https://..."}'
    try:
        read = json.loads(text, object_pairs_hook=_Members)
    except json.JSONDecodeError as error:
        msg = f"is no JSON (line {error.lineno}, column {error.colno}: {error.msg}); {example}"
        raise ValueError(msg) from None  # its error would show the text
    except RecursionError:
        read = None
    if not isinstance(read, _Members):
        msg = f"is no JSON object; {example}"
        raise ValueError(msg)  # noqa: TRY004 - pydantic makes a finding of a ValueError only
    return list(read)


class _Members(list[tuple[str, object]]):
    """The members of an object."""
