"""What a series spent before it fell silent, and how long it was ever silent: to tell an end from a pause."""

from itertools import groupby
from math import isnan
from typing import NamedTuple

from detectors.engine import Detector
from detectors.fortnight import HOURS
from detectors.places import BLOCK, FIRST_HOUR
from detectors.seasons import DAY, HOUR


class Stretch(NamedTuple):
    """The part of the last fortnight (of daily buckets: of 336 of them) that lies before a moment."""

    known: int  # seconds of it that are known
    a_day: float  # mean amount, of whole days where there is one
    longest: int  # seconds of next to nothing, at most


def before(detector: Detector, time: int, little: float = 0.0) -> Stretch:
    """The stretch before a moment, of what a detector remembers.

    Args:
        detector: of a dense series.
        time: the start of the first bucket that is not looked at, in epoch seconds; its hour is left out too.
        little: of the mean amount; what is not above it is next to nothing.

    >>> detector = Detector(step=3600)
    >>> for hour in range(48):
    ...     detector.learn(hour * 3600, 2.0 if 8 <= hour % 24 < 20 else 0.0)
    >>> before(detector, 44 * 3600)
    Stretch(known=158400, a_day=24.0, longest=43200)
    """
    numbers, hours, step = detector.learned.numbers, detector.learned.hours, detector.step
    length = max(step, HOUR)
    first, newest = int(numbers[FIRST_HOUR]), int(numbers[BLOCK])
    places = ((hour - first) % HOURS for hour in range(newest - HOURS, time // length))
    amounts = [hours[place] for place in places if place < len(hours) and not isnan(hours[place])]
    if not amounts:
        return Stretch(0, 0.0, 0)
    whole = amounts[len(amounts) % (DAY // length) :] or amounts
    mean = sum(whole) / len(whole)
    silent = groupby(amount <= little * mean for amount in amounts)
    longest = max((sum(run) for _, run in silent), default=0)
    return Stretch(len(amounts) * length, mean * DAY / step, longest * length)
