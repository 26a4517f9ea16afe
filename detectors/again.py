"""What came to the very amount at the same hour of one of the last days is the same batch, told of once.

Only of the last days: a storm of retries that runs into a quota comes to the same amount each time, too.
"""

from collections.abc import Iterable
from typing import Final

DAYS: Final = 3
HELD: Final = 0.9  # the score of a rise that would alert, but came to this amount before

_SAME: Final = 0.01  # of an amount: what lies nearer is the same


def is_known(value: float, extremes: Iterable[float]) -> bool:
    """Whether an amount came to within a hundredth before.

    Args:
        value: the amount.
        extremes: what came at this hour of the last `DAYS` (`detectors.recurrence`).

    >>> is_known(23.13, (4.4, 23.12)), is_known(25.0, (23.12,))
    (True, False)
    """
    return any(abs(value - extreme) <= _SAME * abs(extreme) for extreme in extremes)
