"""Where each value of a rules file stands, so that an error can point at what a person wrote."""

import re
from dataclasses import dataclass, field
from typing import Any

from config.errors import Finding

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; ``line`` counts from 1, None for a file or folder as a whole."""

    file: str
    line: int | None


@dataclass(slots=True)
class Tree:
    """A document as plain values; ``places`` has the place of each value by its path from the root.

    The place of a mapping's entry is that of its key. ``findings`` is what YAML itself forbids.
    """

    places: dict[Path, Place]
    value: object = None
    findings: list[Finding] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """The place of ``path`` or, if nothing stands there, of the nearest value around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]

    def at(self, path: Path) -> object:
        """The value that stands at ``path``; None where nothing does."""
        value: Any = self.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def refuse(self, path: Path, found: str, remedy: str, *, line: int | None = None) -> None:
        """Notes that what stands at ``path`` (in ``line``, if its place is another) is wrong."""
        place = self.place(path)
        self.findings.append(
            Finding(place.file, line or place.line, field_name(path), found, remedy)
        )


def field_name(path: Path) -> str:
    """A path as people write it: ``detection.overrides[2].set.score``; ``file`` for the root."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        elif re.fullmatch(r"[\w-]+", part):
            name += f".{part}" if name else part
        else:
            name += f"[{part!r}]"
    return name or "file"
