"""Unit cost of buckets that add up: volume, cost, and what that volume usually costs."""

from decimal import Decimal
from typing import Self

import msgspec

from alerting.anomaly import UnitCost
from alerting.money import add
from detectors.unit_cost import Unit


class UnitSums(msgspec.Struct, frozen=True, array_like=True):
    """Of the buckets that were scored by this unit. ``expected`` is usual unit cost times ``volume``."""

    unit: Unit
    volume: float
    actual: Decimal
    expected: Decimal

    def plus(self, more: Self | None) -> "UnitSums":
        """Both added up; an anomaly has one unit."""
        if more is None or more.unit != self.unit:
            return self
        return UnitSums(
            self.unit,
            self.volume + more.volume,
            add(self.actual, more.actual),
            add(self.expected, more.expected),
        )

    @property
    def usual(self) -> float:
        """Usual cost of one unit."""
        return float(self.expected) / self.volume

    def told(self) -> UnitCost:
        """The public record."""
        actual = _rounded(float(self.actual) / self.volume)
        return UnitCost(unit=self.unit, actual=actual, expected=_rounded(self.usual))


def joined(left: UnitSums | None, right: UnitSums | None) -> UnitSums | None:
    """Both added up, where there are two."""
    return right if left is None else left.plus(right)


def _rounded(cost: float) -> Decimal:
    """To six digits, wherever the point is: a request may cost a thousandth of a cent."""
    return Decimal(f"{cost:.6g}")
