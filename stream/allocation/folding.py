"""Tags as rules compare them: whatever their case, separators, quotes and a cloud's prefix."""

import re
from collections.abc import Iterable, Mapping

from config.value_rules import SEPARATORS

_QUOTES = "\"'`"
_NO_VALUE = frozenset({"", "null", "none", "n/a"})
_PREFIX = re.compile(r"^(?:(?:resourcetags/|aws:|user:)\s*)+")

Tags = Mapping[str, str]
"""Values by folded keys."""

Aliases = Iterable[tuple[str, tuple[str, ...]]]
"""Folded keys, each with the other ones under which it may come."""


def folded(tags: Mapping[str, str], aliases: Aliases = ()) -> dict[str, str]:
    """The tags that say something, by their folded keys; of two keys that fold alike the first counts."""
    found: dict[str, str] = {}
    for key, value in tags.items():
        bare = value.strip().strip(_QUOTES).strip()
        if bare.casefold() not in _NO_VALUE:
            found.setdefault(fold_key(key), bare)
    for key, others in aliases:
        if key not in found:
            other = next((one for one in others if one in found), None)
            if other is not None:
                found[key] = found[other]
    return found


def fold_key(key: str) -> str:
    """A tag's key as it is compared."""
    return fold(_PREFIX.sub("", key.strip().strip(_QUOTES).strip().casefold()))


def fold(text: str) -> str:
    """A tag's value as it is compared."""
    return SEPARATORS.sub("", text.strip().strip(_QUOTES).casefold())


def name_of(text: str) -> str:
    """As teams and environments are shown: lower case, one ``-`` for the space between words."""
    return "-".join(text.lower().split())
