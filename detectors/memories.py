"""What a forecast forgets: the hours of a fortnight, the same hours of a week, and a month.

A forecast follows the series, so after some hours nothing is far from it. These memories do not follow; they
say from where on an amount is a peak, or too little, whatever was forecast.
"""

from math import inf

from detectors import absence, fortnight, month
from detectors.fortnight import SameHours
from detectors.places import MEDIAN, Vector
from detectors.ramp import Ramp
from detectors.spread import quantum

HOURS = 12  # must be known before anything is compared with them
RETURN = 2.0  # times the evidence on the first day after a week of the other kind of days

_ABOVE = 1.2  # times the most of the same hours of a week

Ramps = tuple[tuple[Ramp, ...], tuple[Ramp, ...]]
"""From where on a rise and from where on a fall alerts, one for each memory."""

NO_RAMPS: Ramps = ((), ())


def ramps(numbers: Vector, same: SameHours, bar: float) -> Ramps:
    """What the memories say of a bucket, of a series of which `HOURS` are known.

    Args:
        numbers: what the series has learned.
        same: the same hours of a week.
        bar: times the usual evidence that is asked for.
    """
    no_event, deviation = quantum(numbers, numbers[MEDIAN]), month.deviation_of(numbers)
    peak, low = fortnight.ramps(numbers, deviation, no_event, bar)
    above, below = month.ramps(numbers, deviation, no_event, bar)
    empty = absence.ramp(numbers, same.least, same.known, no_event, bar)
    return (peak, above), (low, below) if empty is None else (low, below, empty)


def above(numbers: Vector, same: SameHours) -> float:
    """From which amount on a rise is special at its hour, whatever comes at others; infinite if little is known."""
    if same.known < HOURS:
        return inf
    return _ABOVE * same.most + quantum(numbers, same.most)
