"""States of version 4, which a worker with this code takes over at a rolling restart.

They knew no occasions, which begin anew.
"""

import msgspec

from detectors.learned import Learned, nothing, vector

VERSION = 4


class UsageState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state: little-endian numbers of 8 bytes, hours and excursions of 4."""

    kind: str
    version: int
    step: int
    numbers: bytes
    rows: bytes
    hours: bytes
    excursions: bytes


def learned_of(state: UsageState) -> Learned:
    """What a state says was learned, unchecked.

    Raises:
        StateError: if a vector is not made of whole numbers.
    """
    return Learned(
        vector("d", state.numbers),
        vector("d", state.rows),
        vector("f", state.hours),
        vector("f", state.excursions),
        nothing().occasions,
    )
