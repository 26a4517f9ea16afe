"""The header by which a message on a source topic belongs to a snapshot (docs/formats/snapshots.md)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

NAME: Final = "spendwatch-snapshot"
VERSION: Final = 1
_REMEDY: Final = (
    '{"version": 1, "id": "march-1", "taken_at": 1767225600000}, and in a mark "mark": "begin" or "end"; '
    "an id has up to 100 letters, digits, dots, colons, - and _, and taken_at is in milliseconds"
)


class SnapshotHeaderError(ValueError):
    """The header cannot be read: its message must not count as a charge of its own either."""


class SnapshotHeader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which snapshot a message is of. One with a ``mark`` is no event."""

    version: Literal[1]
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    taken_at: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]  # epoch milliseconds
    mark: Literal["begin", "end"] | None = None

    def marked(self, mark: Literal["begin", "end"]) -> "SnapshotHeader":
        """The header of one of its marks."""
        return SnapshotHeader(version=self.version, id=self.id, taken_at=self.taken_at, mark=mark)

    def pair(self) -> tuple[str, bytes]:
        """The header as it is sent."""
        return NAME, msgspec.json.encode(self)


_decoder = msgspec.json.Decoder(SnapshotHeader)


def value_of(headers: Sequence[tuple[str, bytes]]) -> bytes | None:
    """The value of the header; None where there is none."""
    for name, value in headers:
        if name == NAME:
            return value or b""
    return None


@lru_cache(maxsize=256)
def parse(value: bytes) -> SnapshotHeader:
    """The header of its value.

    Raises:
        SnapshotHeaderError: if it is none that this version reads.
    """
    try:
        return _decoder.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SnapshotHeaderError(f"the header {NAME}: {error}; write {_REMEDY}") from None
