"""A closed bucket as the life of an anomaly sees it, and what several of them add up to."""

import math
from decimal import Decimal

import msgspec

from alerting import usage
from alerting.contributions import Contributions, joined, of_bucket
from alerting.money import ZERO, add, from_float, multiply, per_day, subtract
from alerting.unit_sums import UnitSums
from alerting.unit_sums import joined as joined_units
from alerting.usage import Usages
from config.detection import Thresholds
from detectors.measures import Measures
from detectors.rarity import UNKNOWN, Rareness
from detectors.verdict import Direction, Verdict


class Observation(msgspec.Struct, frozen=True):
    """One closed bucket, scored. Start in epoch seconds, step in seconds, money in the series' currency."""

    start: int
    step: int
    actual: Decimal
    verdict: Verdict
    contributors: dict[str, float]  # "dimension=value" -> cost in this bucket
    contributors_expected: dict[str, float]  # usual cost a bucket
    requests: int
    requests_expected: float | None
    models: dict[str, Measures] = {}  # what each model was used for
    models_expected: dict[str, Measures] = {}
    unit: UnitSums | None = None  # where unit cost tells it
    rareness: Rareness = UNKNOWN
    usual: float | None = None  # what is usual at its hour by days and weeks; None: not known

    @property
    def end(self) -> int:
        """End of the bucket, exclusive."""
        return self.start + self.step

    @property
    def expected(self) -> Decimal:
        """The forecast as money; where a model had none to give, what came is what was expected."""
        expected = self.verdict.expected
        return from_float(expected) if math.isfinite(expected) else self.actual

    @property
    def deviation(self) -> Decimal:
        """Actual minus forecast."""
        return subtract(self.actual, self.expected)

    @property
    def direction(self) -> Direction:
        """Where spend went, by the money."""
        return "up" if self.deviation >= 0 else "down"

    def is_anomalous(self, thresholds: Thresholds) -> bool:
        """Whether the score, the change in percent and the pace a day all reach the thresholds.

        Evidence that points the other way than the bucket's own money (a shift that was over before
        this bucket, say) makes no anomaly of it.
        """
        moved = abs(self.deviation)
        least_change = multiply(abs(self.expected), Decimal(str(thresholds.min_change_percent)))
        return (
            thresholds.enabled
            and self.verdict.score >= thresholds.score
            and moved > 0
            and self.verdict.direction == self.direction
            and multiply(moved, Decimal(100)) >= least_change
            and per_day(moved, self.step) >= thresholds.min_impact_per_day
        )


class Sums(msgspec.Struct, frozen=True, array_like=True):
    """What buckets add up to. Requests count only where their usual number is known."""

    actual: Decimal = ZERO
    expected: Decimal = ZERO
    requests: int = 0
    requests_expected: float = 0.0
    contributions: Contributions = {}
    usages: Usages = {}
    unit: UnitSums | None = None  # of the buckets that unit cost tells

    @classmethod
    def of(cls, seen: Observation) -> "Sums":
        """The sums of one bucket."""
        usual = seen.requests_expected
        return cls(
            seen.actual,
            seen.expected,
            0 if usual is None else seen.requests,
            0.0 if usual is None else usual,
            of_bucket(seen.contributors, seen.contributors_expected),
            usage.usages_of(seen.models, seen.models_expected),
            seen.unit,
        )

    def plus(self, more: "Sums") -> "Sums":
        """Both added up."""
        return Sums(
            add(self.actual, more.actual),
            add(self.expected, more.expected),
            self.requests + more.requests,
            self.requests_expected + more.requests_expected,
            joined(self.contributions, more.contributions),
            usage.joined(self.usages, more.usages),
            joined_units(self.unit, more.unit),
        )

    def charged(self, delta: Decimal) -> "Sums":
        """The sums after a late charge."""
        return msgspec.structs.replace(self, actual=add(self.actual, delta))
