"""What counts as news of an anomaly: it is graver, has grown, or has doubled."""

from decimal import Decimal
from typing import Final

from alerting.money import ZERO, multiply

_ORDER: Final = ("low", "medium", "high", "critical")
_GROWN: Final = Decimal("1.2")
_DOUBLED: Final = Decimal(2)


def is_graver(severity: str, than: str) -> bool:
    """Whether a severity is above another one; one that is not known is above none.

    >>> is_graver("high", "medium"), is_graver("high", "high")
    (True, False)
    """
    return _rank(severity) > _rank(than)


def has_grown(impact: Decimal, since: Decimal) -> bool:
    """Whether the size of an impact grew by a fifth. From nothing, nothing grows."""
    return since != ZERO and abs(impact) >= multiply(abs(since), _GROWN)


def has_doubled(impact: Decimal, since: Decimal) -> bool:
    """Whether the size of an impact doubled. From nothing, nothing doubles."""
    return since != ZERO and abs(impact) >= multiply(abs(since), _DOUBLED)


def _rank(severity: str) -> int:
    return _ORDER.index(severity) if severity in _ORDER else -1
