"""States of version 2, nested lists of numbers, which a worker with this code takes over at a rolling restart.

Means were saved undivided by their weights, the hours of a fortnight all of them, unknown ones as NaN.
"""

import struct
from array import array

import msgspec

from detectors import places
from detectors.errors import StateError
from detectors.fading import finite
from detectors.fortnight import HOURS
from detectors.learned import Learned, nothing
from detectors.places import Vector
from detectors.profile import COLUMNS, OF_DAY, OF_RESIDUAL, OF_WEEK, OF_WEEKEND
from detectors.seasons import DAY

VERSION = 2

Means = list[list[float]]

_FORECASTER = (
    places.RECENT, places.LEVEL, places.DAY_DRIFT, places.WEEK_DRIFT,
    *range(places.ERRORS, places.ERRORS + 8, 2),
)  # fmt: skip
_HOURS = struct.Struct(f"<{HOURS}f")
_MONDAY = 4  # days since the epoch, modulo 7: the first row of daily buckets


class Memories(msgspec.Struct, frozen=True, array_like=True):
    """The long memories within a state."""

    hours: bytes
    fortnight: list[float]
    month: list[float]
    last_hour: list[float]


class UsageState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state."""

    kind: str
    version: int
    step: int
    learned: int
    signed: bool
    forecaster: Means
    spread: Means
    tails: Means
    shift: list[float]
    acceptance: list[float]
    memories: Memories


def learned_of(state: UsageState) -> Learned:
    """What a state says was learned.

    Raises:
        StateError: if it has not as many numbers as were saved, or one is not finite.
    """
    memories = state.memories
    counts = len(memories.hours), len(state.spread), len(state.tails)
    if counts != (_HOURS.size, 3 + 24, 2):
        raise StateError(f"no state has {counts} bytes of hours, means of residuals, tails")
    numbers = nothing().numbers
    numbers[places.LEARNED], numbers[places.SIGNED] = state.learned, state.signed
    own, *means = state.spread
    _put_means(numbers, (places.OVERALL, places.SIZE), means[:2])
    _put(numbers, places.UNIT, own, 2)
    _put_means(numbers, _FORECASTER, state.forecaster[: len(_FORECASTER)])
    for place, tail in zip((places.TAIL, places.SHIFT_TAIL), state.tails, strict=True):
        _put(numbers, place, tail, 2)
    _put(numbers, places.SHIFT, state.shift, 1)
    _put(numbers, places.AWAY, state.acceptance[:1], 1)
    _put_means(numbers, (places.GAP,), [state.acceptance[1:]])
    _put(numbers, places.BLOCK, memories.fortnight, 7)
    _put(numbers, places.MEAN, memories.month, 2)
    numbers.extend(finite(memories.last_hour, len(memories.last_hour)))
    daily = state.step >= DAY
    numbers[places.FIRST_ROW] = _MONDAY if daily else 0
    profiles = state.forecaster[len(_FORECASTER) :]
    rows = _rows(profiles[:24], profiles[24:], means[2:], daily=daily)
    hours = array("f", _HOURS.unpack(memories.hours))
    return Learned(numbers, rows, hours, array("f"))


def _rows(day: Means, week: Means, residuals: Means, *, daily: bool) -> Vector:
    if (len(day), len(week)) != (24, 7 if daily else 48):
        raise StateError(f"expected profiles, found {len(day)} and {len(week)} slots")
    rows = array("d", [0.0]) * ((7 if daily else 24) * COLUMNS)
    for slot, mean in enumerate(week):
        column = OF_WEEKEND if slot >= 24 else OF_WEEK
        _put_mean(rows, slot % 24 * COLUMNS + column, mean)
    for slot, (mean, residual) in enumerate(zip(day, residuals, strict=True)):
        _put_mean(rows, (0 if daily else slot * COLUMNS) + OF_DAY, mean)
        if not daily:
            _put_mean(rows, slot * COLUMNS + OF_RESIDUAL, residual)
    return rows


def _put(numbers: Vector, place: int, values: list[float], count: int) -> None:
    numbers[place : place + count] = array("d", finite(values, count))


def _put_means(numbers: Vector, means: tuple[int, ...], values: Means) -> None:
    if len(values) != len(means):
        raise StateError(f"expected {len(means)} means, found {len(values)}")
    for place, value in zip(means, values, strict=True):
        _put_mean(numbers, place, value)


def _put_mean(numbers: Vector, place: int, value: list[float]) -> None:
    if not value:
        return  # a slot without a point
    mean, weight = finite(value, 2)
    numbers[place : place + 2] = array("d", (mean / weight if weight else 0.0, weight))
