"""All that a detector of usage has learned, and how it is saved: three vectors, written as they are.

Nothing that is read is trusted: numbers that points cannot have given are refused.
"""

import sys
from array import array
from typing import NamedTuple

import msgspec
import numpy as np

from detectors import places
from detectors.errors import StateError
from detectors.fading import LARGEST
from detectors.fortnight import HOURS, WIDEST
from detectors.places import Vector
from detectors.profile import COLUMNS, OF_RESIDUAL
from detectors.tail import EXCESS, RATE

KIND = "usage"
VERSION = 3

_ROUNDED = 1.001  # what single precision may add to the widest hour
_WEIGHTS = [mean + 1 for mean in places.MEANS]
_MOST = np.full(places.WIDTH, LARGEST)
_MOST[_WEIGHTS] = 1.0
_LEAST = -_MOST
_LEAST[[*places.NEVER_BELOW_ZERO, *_WEIGHTS]] = 0.0

_NEW = array("d", [0.0]) * places.WIDTH
_NEW[places.TAIL] = _NEW[places.SHIFT_TAIL] = RATE
_NEW[places.TAIL + 1] = _NEW[places.SHIFT_TAIL + 1] = EXCESS
_NEW[places.BLOCK] = -1.0


class Learned(NamedTuple):
    """The vectors of a series, each described where it is used."""

    numbers: Vector  # `detectors.places`, and the points of the last hour
    rows: Vector  # `detectors.profile`
    hours: Vector  # `detectors.fortnight`, in single precision


class UsageState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state: little-endian numbers of 8 bytes, hours of 4."""

    kind: str
    version: int
    step: int
    numbers: bytes
    rows: bytes
    hours: bytes


def nothing() -> Learned:
    """The vectors of a series without points."""
    return Learned(_NEW[:], array("d"), array("f"))


def saved(learned: Learned, step: int) -> bytes:
    """The saved state of a series with buckets of ``step`` seconds: 0.5 KB when young, 3.5 KB after a fortnight."""
    return msgspec.msgpack.encode(UsageState(KIND, VERSION, step, *map(_bytes_of, learned)))


def restored(state: UsageState, kept: int, rows: int) -> Learned:
    """The vectors of a saved state.

    Args:
        state: as it was read.
        kept: how many points of the last hour there are at most.
        rows: how many rows of profiles there are at most.

    Raises:
        StateError: if it holds what points cannot have given.
    """
    learned = Learned(
        _vector("d", state.numbers), _vector("d", state.rows), _vector("f", state.hours)
    )
    return checked(learned, kept, rows)


def checked(learned: Learned, kept: int, rows: int) -> Learned:
    """The vectors themselves, if points can have given them; arguments and errors as of `restored`."""
    numbers, profiles, hours = learned
    if not places.WIDTH <= len(numbers) <= places.WIDTH + kept:
        raise StateError(f"no series has {len(numbers)} numbers")
    if len(profiles) % COLUMNS or len(profiles) > rows * COLUMNS or len(hours) > HOURS:
        raise StateError(f"no series has {len(profiles)} means of {len(hours)} hours")
    _check_numbers(numbers)
    _check_rows(profiles)
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


def _count_known(hours: Vector) -> int:
    values = np.frombuffer(hours, dtype=np.float32)
    known = np.abs(values) <= WIDEST * _ROUNDED
    count = int(np.count_nonzero(known))
    if count + int(np.count_nonzero(np.isnan(values))) != len(hours):
        raise StateError("an hour of a fortnight is infinite")
    return count


def _bytes_of(vector: Vector) -> bytes:
    if sys.byteorder == "big":
        vector = vector[:]
        vector.byteswap()
    return vector.tobytes()


def _vector(code: str, data: bytes) -> Vector:
    vector: Vector = array(code)
    if len(data) % vector.itemsize:
        raise StateError(f"{len(data)} bytes are no numbers of {vector.itemsize} each")
    vector.frombytes(data)
    if sys.byteorder == "big":
        vector.byteswap()
    return vector
