"""States of version 3, which a worker with this code takes over at a rolling restart.

They knew neither surges nor excursions nor occasions: all three begin anew.
"""

import msgspec

from detectors import learned, places
from detectors.errors import StateError
from detectors.learned import Learned, nothing

VERSION = 3

_WIDTH = 44  # numbers, before the points of the last hour


class UsageState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state: little-endian numbers of 8 bytes, hours of 4."""

    kind: str
    version: int
    step: int
    numbers: bytes
    rows: bytes
    hours: bytes


def learned_of(state: UsageState) -> Learned:
    """What a state says was learned, unchecked.

    Raises:
        StateError: if it has too few numbers.
    """
    new, _, _, excursions, occasions = nothing()
    before = learned.vector("d", state.numbers)
    if len(before) < _WIDTH:
        raise StateError(f"expected {_WIDTH} numbers, found {len(before)}")
    numbers = before[:_WIDTH] + new[_WIDTH : places.WIDTH] + before[_WIDTH:]
    rows, hours = learned.vector("d", state.rows), learned.vector("f", state.hours)
    return Learned(numbers, rows, hours, excursions, occasions)
