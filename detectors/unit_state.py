"""What is kept of a series' unit costs, and how it is read by code that trusts nothing."""

from typing import Final

import msgspec

from detectors.errors import StateError
from detectors.learned import bytes_of, vector
from detectors.places import Vector
from detectors.saved import read
from detectors.unit_level import (
    EACH,
    HIGHEST,
    HOUR_BEGAN,
    HOUR_NOW,
    LEARNED,
    LEVEL,
    LOWEST,
    NEVER,
    WIDTH,
)
from detectors.unit_rates import TAIL

KIND: Final = "unit_cost"
VERSION: Final = 1

_LARGEST = 1e38  # single precision ends somewhat beyond
_LAST_HOUR = 23
_NEVER_BELOW_ZERO = (LEARNED, *range(LEVEL + 1, EACH + 1), TAIL, TAIL + 1, HOUR_NOW, HOUR_BEGAN)

_encode = msgspec.msgpack.Encoder().encode


class UnitCostState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state: little-endian numbers of 4 bytes for each unit; none for a unit that never came."""

    kind: str
    version: int
    step: int
    requests: bytes
    tokens: bytes


def saved(step: int, requests: Vector, tokens: Vector) -> bytes:
    """The saved state of both units; nothing where neither ever came."""
    if not requests and not tokens:
        return b""
    return _encode(UnitCostState(KIND, VERSION, step, bytes_of(requests), bytes_of(tokens)))


def found_in(data: bytes) -> tuple[int, Vector, Vector]:
    """Step in seconds, and both units.

    Raises:
        StateError: if the state is unreadable, of another kind or version, or holds impossible numbers.
    """
    state = read(data, UnitCostState, KIND, VERSION)
    return state.step, _unit(state.requests), _unit(state.tokens)


def _unit(data: bytes) -> Vector:
    if not data:
        return NEVER
    numbers = vector("f", data)
    if len(numbers) != WIDTH or not all(abs(number) < _LARGEST for number in numbers):
        raise StateError(f"{len(numbers)} numbers are no unit of {WIDTH} finite ones")
    if min(numbers[place] for place in _NEVER_BELOW_ZERO) < 0:
        raise StateError("a number of a unit that is never below zero is")
    if numbers[HOUR_NOW] > _LAST_HOUR or numbers[HOUR_NOW] % 1:
        raise StateError(f"no day has an hour {numbers[HOUR_NOW]}")
    if not LOWEST <= numbers[LEVEL] <= HIGHEST:
        raise StateError(f"no unit costs e to the power of {numbers[LEVEL]}")
    return numbers
