"""The columns of a bill that a format reads, whatever the notation of their names."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

MOST: Final = 8192
"""Names that are remembered, of which a bill has some hundreds. When there would be more, all are forgotten."""

LONGEST: Final = 200
"""Characters of a name. A longer one is none that is known, and is not remembered."""

_SIGNS: Final = re.compile(r"[\W_]+")
_TRANSLATED: Final = re.compile(r".+[(（]\s*([A-Za-z][A-Za-z0-9 ]*?)\s*[)）]")  # noqa: RUF001  # wide ones too


class Columns(dict[str, str | None]):
    """The column that a name means; None for one that is not read.

    ``line_item_unblended_cost`` means ``lineItem/UnblendedCost``; so does a name whose translation stands before
    it, such as ``Datum (Date)`` for ``Date``.

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
        super().__init__()
        self._by_folded = {_folded(name): name for name in names}
        self._by_folded |= {_folded(name): column for name, column in (aliases or {}).items()}
        self._prefixes = tuple((prefixes or {}).items())

    def __missing__(self, name: str) -> str | None:
        if len(name) > LONGEST:
            return None
        if len(self) >= MOST:
            self.clear()
        self[name] = found = self._find(name)
        return found

    def _find(self, name: str) -> str | None:
        for prefix, becomes in self._prefixes:
            if name.startswith(prefix) and len(name) > len(prefix):
                return becomes + name[len(prefix) :]
        translated = _TRANSLATED.fullmatch(name)
        return self._by_folded.get(_folded(translated.group(1) if translated else name))


def _folded(name: str) -> str:
    """A name without its signs and its capitals: all notations of it fold alike."""
    return _SIGNS.sub("", name.lower())
