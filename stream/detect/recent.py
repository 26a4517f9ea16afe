"""The newest buckets of a series, for the chart of an alert: packed, since every series has them."""

from array import array
from collections.abc import Iterable
from typing import Final, NamedTuple

KEPT: Final = 36
_WIDTH: Final = 5


class Sample(NamedTuple):
    """A closed bucket as the chart shows it. ``start`` is in epoch seconds."""

    start: int
    actual: float
    expected: float
    lower: float
    upper: float


class Recent:
    """The last `KEPT` samples, oldest first, 40 bytes each."""

    __slots__ = ("_numbers",)

    def __init__(self, data: bytes = b"") -> None:
        self._numbers = array("d")
        self._numbers.frombytes(data[: len(data) // (8 * _WIDTH) * 8 * _WIDTH])

    def add(self, sample: Sample) -> None:
        """Take one more; the oldest goes."""
        self._numbers.extend(sample)
        if len(self._numbers) > KEPT * _WIDTH:
            del self._numbers[:_WIDTH]

    def samples(self) -> Iterable[Sample]:
        """All samples."""
        numbers = self._numbers
        for at in range(0, len(numbers), _WIDTH):
            start, *values = numbers[at : at + _WIDTH]
            yield Sample(int(start), *values)

    def to_bytes(self) -> bytes:
        """For the state record."""
        return self._numbers.tobytes()
