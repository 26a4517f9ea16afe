"""All that a detector of usage has learned, and how it is saved: five vectors, written as they are.

Nothing that is read is trusted: numbers that points cannot have given are refused.
"""

import sys
from array import array
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec
import numpy as np

from detectors import occasions, places, recurrence
from detectors.errors import StateError
from detectors.fading import LARGEST
from detectors.fortnight import HOURS, WIDEST
from detectors.places import Vector
from detectors.profile import COLUMNS, OF_RESIDUAL
from detectors.tail import EXCESS, RATE

KIND = "usage"
VERSION = 5

_GAUSSIAN = 0.8  # mean size of a deviation, in standard deviations
_ROUNDED = 1.001  # what single precision may add to the widest hour
_WEIGHTS = [mean + 1 for mean in places.MEANS]
_MOST = np.full(places.WIDTH, LARGEST)
_MOST[_WEIGHTS] = 1.0
_LEAST = -_MOST
_LEAST[[*places.NEVER_BELOW_ZERO, *_WEIGHTS]] = 0.0

_encode = msgspec.msgpack.Encoder().encode

_NEW = array("d", [0.0]) * places.WIDTH
for _tail in (places.TAIL, places.SHIFT_TAIL, places.SURGE_TAIL):
    _NEW[_tail], _NEW[_tail + 1] = RATE, EXCESS
_NEW[places.RESTLESS] = _GAUSSIAN
_NEW[places.BLOCK] = -1.0


class Learned(NamedTuple):
    """The vectors of a series, each described where it is used."""

    numbers: Vector  # `detectors.places`, and the points of the last hour
    rows: Vector  # `detectors.profile`
    hours: Vector  # `detectors.fortnight`, in single precision
    excursions: Vector  # `detectors.recurrence`, in single precision
    occasions: Vector  # `detectors.occasions`, in single precision


class UsageState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state: little-endian numbers of 8 bytes; hours, excursions and occasions of 4."""

    kind: str
    version: int
    step: int
    numbers: bytes
    rows: bytes
    hours: bytes
    excursions: bytes
    occasions: bytes


def nothing() -> Learned:
    """The vectors of a series without points."""
    return Learned(_NEW[:], array("d"), array("f"), array("f"), array("f"))


def saved(step: int, *learned: Vector) -> bytes:
    """The saved state of a series with buckets of ``step`` seconds: 0.5 KB when young, 4 KB after a fortnight.

    Args:
        step: seconds a bucket.
        learned: the vectors of a `Learned`. The state is a `UsageState`, of which none is made for each bucket.
    """
    return _encode((KIND, VERSION, step, *map(bytes_of, learned)))


def learned_of(state: UsageState) -> Learned:
    """The vectors of a saved state, unchecked.

    Raises:
        StateError: if one is not made of whole numbers.
    """
    return Learned(
        vector("d", state.numbers),
        vector("d", state.rows),
        vector("f", state.hours),
        vector("f", state.excursions),
        vector("f", state.occasions),
    )


def checked(learned: Learned, kept: int, rows: int) -> Learned:
    """The vectors themselves, if points can have given them.

    Args:
        learned: as it was read.
        kept: how many points of the last hour there are at most.
        rows: how many rows of profiles there are at most.

    Raises:
        StateError: if it holds what points cannot have given.
    """
    numbers, profiles, hours, excursions, months = learned
    if not places.WIDTH <= len(numbers) <= places.WIDTH + kept:
        raise StateError(f"no series has {len(numbers)} numbers")
    if len(profiles) % COLUMNS or len(profiles) > rows * COLUMNS or len(hours) > HOURS:
        raise StateError(f"no series has {len(profiles)} means of {len(hours)} hours")
    _check_numbers(numbers)
    _check_rows(profiles)
    _check_excursions(excursions, recurrence.COLUMNS, recurrence.MOST_NUMBERS)
    _check_excursions(months, occasions.COLUMNS, occasions.MOST_NUMBERS)
    numbers[places.KNOWN] = _count_known(hours)
    return learned


def _check_numbers(numbers: Vector) -> None:
    values = np.frombuffer(numbers)
    fixed = values[: places.WIDTH]
    if not ((fixed >= _LEAST) & (fixed <= _MOST)).all():
        raise StateError("a number of a series is not finite, or beyond what points can give")
    if not (np.abs(values[places.WIDTH :]) < LARGEST).all():
        raise StateError("a point of the last hour is not finite")


def _check_rows(profiles: Vector) -> None:
    table = np.frombuffer(profiles).reshape(-1, COLUMNS)
    means, weights = table[:, ::2], table[:, 1::2]
    if not (np.abs(means) < LARGEST).all() or (table[:, OF_RESIDUAL] < 0).any():
        raise StateError("a mean of a profile is not finite, or of a distance below zero")
    if not ((weights >= 0) & (weights <= 1)).all():
        raise StateError("a weight of a profile is none between 0 and 1")


def _check_excursions(excursions: Vector, columns: int, most: int) -> None:
    if len(excursions) % columns or len(excursions) > most:
        raise StateError(f"no series has {len(excursions)} numbers of excursions")
    table = np.frombuffer(excursions, dtype=np.float32).reshape(-1, columns)
    if not ((np.abs(table) <= WIDEST * _ROUNDED).all() and (np.abs(table[:, 0]) == 1).all()):
        raise StateError("an excursion is not finite, or on neither side")


def _count_known(hours: Vector) -> int:
    values = np.frombuffer(hours, dtype=np.float32)
    known = np.abs(values) <= WIDEST * _ROUNDED
    count = int(np.count_nonzero(known))
    if count + int(np.count_nonzero(np.isnan(values))) != len(hours):
        raise StateError("an hour of a fortnight is infinite")
    return count


def _turned(vector: Vector) -> bytes:
    turned = vector[:]
    turned.byteswap()
    return turned.tobytes()


bytes_of: Final[Callable[[Vector], bytes]] = array.tobytes if sys.byteorder == "little" else _turned
"""The numbers of a vector, little-endian."""


def vector(code: str, data: bytes) -> Vector:
    """The little-endian numbers of a type code of `array`.

    Raises:
        StateError: if the bytes are not whole numbers.
    """
    numbers: Vector = array(code)
    if len(data) % numbers.itemsize:
        raise StateError(f"{len(data)} bytes are no numbers of {numbers.itemsize} each")
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
