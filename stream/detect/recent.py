"""The newest buckets of a series, for the chart of an alert: packed, since every series has them."""

import struct
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

KEPT: Final = 36

_FORM: Final = struct.Struct("<q4f")
_MARK: Final = b"\x02"  # makes the length odd: that of version 1 is a multiple of 40
_FORM_1: Final = struct.Struct("<5d")
_FULL: Final = len(_MARK) + KEPT * _FORM.size
_SECOND: Final = len(_MARK) + _FORM.size  # place of the second oldest
_WIDEST: Final = 1e38  # a single-precision number ends somewhat beyond


class Sample(NamedTuple):
    """A closed bucket as the chart shows it. ``start`` is in epoch seconds; seven digits of the others are kept."""

    start: int
    actual: float
    expected: float
    lower: float
    upper: float


Numbers: TypeAlias = tuple[int, float, float, float, float]
"""A `Sample`, or its fields without a name: none is made for each bucket."""


class Recent:
    """The last `KEPT` samples, oldest first, 24 bytes each."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes = _MARK) -> None:
        if len(data) % _FORM_1.size == 0:
            data = _of_version_1(data)
        self._data = data[: len(_MARK) + (len(data) - len(_MARK)) // _FORM.size * _FORM.size]

    def add(self, sample: Numbers) -> None:
        """Take one more; the oldest goes."""
        data = self._data
        if len(data) < _FULL:
            self._data = data + _packed(sample)
        else:
            self._data = b"".join((_MARK, data[_SECOND:], _packed(sample)))

    def samples(self) -> Iterable[Sample]:
        """All samples."""
        for start, *numbers in _FORM.iter_unpack(self._data[len(_MARK) :]):
            yield Sample(start, *(float(f"{number:.7g}") for number in numbers))

    def to_bytes(self) -> bytes:
        """For the state record."""
        return self._data


def _packed(sample: Numbers) -> bytes:
    try:
        return _FORM.pack(*sample)
    except OverflowError:  # no chart shows such an amount to scale
        start, *numbers = sample
        return _FORM.pack(start, *(min(max(number, -_WIDEST), _WIDEST) for number in numbers))


def _of_version_1(data: bytes) -> bytes:
    samples = (Sample(int(start), *rest) for start, *rest in _FORM_1.iter_unpack(data))
    return _MARK + b"".join(map(_packed, samples))
