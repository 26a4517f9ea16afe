"""A fall is believed when a second point confirms it: of a single empty bucket little is lost, and most fill again.

A rise costs money while one waits, so it is told by its first point. What a fall loses by waiting for the next bucket is
nothing but time, as long as the bucket is an hour at most.
"""

from typing import Final

from detectors.places import SHIFT, Vector
from detectors.seasons import HOUR

ALONE: Final = 3.0  # times the evidence is asked of a fall that nothing led up to

_FALLING: Final = (
    -1.45
)  # of its own usual size: a mean of the deviations of late below it says that points fell
_CONFIRMED: Final = 0.8  # of the evidence is enough where they did, an hour ago


class Confirmation:
    """Says how much evidence a fall takes.

    Args:
        step: seconds a bucket. Of coarser buckets than an hour the first low one alerts: the next comes too late. Of
            finer ones the point before is too near to be worth much, and takes nothing off.
        unit: usual size of the mean of the deviations of late (`detectors.shift.Shift.unit`).
    """

    __slots__ = ("_alone", "_confirmed", "_falling")

    def __init__(self, step: int, unit: float) -> None:
        self._alone = ALONE if step <= HOUR else 1.0
        self._confirmed = _CONFIRMED if step == HOUR else 1.0
        self._falling = _FALLING * unit

    def falls(self, numbers: Vector) -> float:
        """Times the evidence that is asked of a fall in the next bucket.

        >>> from array import array
        >>> numbers = array("d", [0.0]) * (SHIFT + 1)
        >>> confirmation = Confirmation(3600, unit=0.4)
        >>> confirmation.falls(numbers)
        3.0
        >>> numbers[SHIFT] = -1.2
        >>> confirmation.falls(numbers)
        0.8
        """
        return self._confirmed if numbers[SHIFT] <= self._falling else self._alone
