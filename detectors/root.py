"""Amounts on the square-root scale, on which detection works.

On the linear scale a fall to nothing is lost among the peaks, on the logarithmic one peaks are lost and
zero has no place. The root stands between, and evens out the noise of counts.
"""

from math import sqrt
from typing import Final

LARGEST: Final = 1e100  # no money; beyond it squares would overflow


def is_amount(value: float) -> bool:
    """Whether a value can be an amount: finite, and of a possible size."""
    return -LARGEST <= value <= LARGEST


def to_root(amount: float) -> float:
    """The square root, with the sign of the amount.

    >>> to_root(9.0), to_root(-9.0)
    (3.0, -3.0)
    """
    return sqrt(amount) if amount >= 0 else -sqrt(-amount)


def from_root(root: float) -> float:
    """The amount of a root.

    >>> from_root(-3.0)
    -9.0
    """
    return root * abs(root)
