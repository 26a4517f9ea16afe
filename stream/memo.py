"""Answers that were worked out before, by the texts that they came of: bounded, whatever is sent."""

from typing import TypeAlias, TypeVar

Part: TypeAlias = str | bytes | int | float | bool | None
Value = TypeVar("Value")

MOST = 20_000
"""Answers. When there would be more, all are forgotten: what still comes is soon known again."""

MOST_TEXT = 8 << 20
"""Characters of all keys together; a flood of long names must not take the memory that few take."""

LONGEST = 4096
"""Characters of a key that is remembered. Longer ones are rare, and are worked out each time."""


class Memo(dict[tuple[Part, ...], Value]):
    """Ask with ``get``, and remember with `keep`, which alone minds the bounds."""

    def __init__(self) -> None:
        super().__init__()
        self._text = 0

    def keep(self, key: tuple[Part, ...], value: Value) -> Value:
        """The value, which is remembered if the key is of text and None: 1, 1.0 and True would be one key."""
        size = 0
        for part in key:
            if isinstance(part, str | bytes):
                size += len(part)
            elif part is not None:
                return value
        if size <= LONGEST:
            self._make_room(size)
            self[key] = value
        return value

    def _make_room(self, size: int) -> None:
        if len(self) >= MOST or self._text + size > MOST_TEXT:
            self.clear()
            self._text = 0
        self._text += size
