"""The columns of a bill that a format reads, whatever the notation of their names."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

_LONGEST: Final = (
    200  # characters of a name; a longer one is none that is known, and must not be remembered
)
_KNOWN: Final = 8192  # names; a bill has some hundreds
_NO_LETTER: Final = re.compile(r"[^0-9a-z]+")
_NO_SIGNS: Final = str.maketrans("", "", " _-./:")


class Columns:
    """Finds the column that a name means: ``lineItem/UnblendedCost`` is ``line_item_unblended_cost``, too.

    Args:
        names: the columns, as the vendor documents them.
        aliases: other names, and the column that each means.
        prefixes: of names that are columns of their own, such as tags, and what they become. A prefix is
            compared as it stands.
    """

    def __init__(
        self,
        names: Iterable[str],
        aliases: Mapping[str, str] | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self._by_folded = {folded(name): name for name in names}
        self._by_folded |= {folded(name): column for name, column in (aliases or {}).items()}
        self._prefixes = tuple((prefixes or {}).items())
        self._find = lru_cache(_KNOWN)(self._search)

    def of(self, name: str) -> str | None:
        """The column of a name; None for one that is not read."""
        return None if len(name) > _LONGEST else self._find(name)

    def _search(self, name: str) -> str | None:
        for prefix, becomes in self._prefixes:
            if name.startswith(prefix) and len(name) > len(prefix):
                return becomes + name[len(prefix) :]
        return self._by_folded.get(folded(name))


def folded(name: str) -> str:
    """A name without its signs and its capitals: all notations of it fold alike."""
    return _NO_LETTER.sub("", name.lower()) if name.isascii() else name.lower().translate(_NO_SIGNS)
