"""Unit cost of a metered series: a rise that spend does not show, because traffic fell or the day's swing hides it.

Cost per request and cost per 1,000 tokens are the unit metrics of FinOps; a lost cache, longer answers or a dearer
model raise them at once, whatever the traffic does. How a unit is followed is told in `detectors.unit_level`.
"""

from operator import attrgetter
from typing import Final, Literal, Self, TypeAlias

import msgspec

from config.detection import Sensitivity
from detectors.bar import bars_for
from detectors.errors import StateError
from detectors.seasons import HOUR
from detectors.unit_level import (
    AWAY,
    UnitLevel,
    View,
    begun,
    evidence,
    follow,
    is_thin,
    points_of,
    teach,
)  # fmt: skip
from detectors.unit_rates import WARM_UP, Rates, rates_of
from detectors.unit_state import found_in, saved

Unit: TypeAlias = Literal["request", "1k tokens"]

CHANNEL: Final = "unit_cost"

_STEPS = range(60, 86_401)
_BAR = 0.5  # of a forecast channel's: two units in place of all amounts, one side
_DOUBTFUL = 2.0  # times the evidence is asked where the other unit fell, or few requests came
_WITNESS = 0.5  # of the evidence of the other unit, where both rose
_OWN = 0.5  # of the rise: a bucket that is back at its usual cost is none, whatever came before it
_LASTING = 1.0  # points away before this one: one bucket with odd requests is no news
_MOST = 100.0
_LEAST_COST, _MOST_COST = 1e-15, 1e15
_MOST_COUNT = 1e15

_expected, _score = attrgetter("expected"), attrgetter("score")


class UnitVerdict(msgspec.Struct, frozen=True, gc=False):
    """What is thought of a bucket's unit cost.

    Attributes:
        unit: which one rose, or was asked for.
        volume: how many of it came.
        expected: money; usual unit cost times volume.
        score: 1.0 is the alert threshold; falls score 0.
    """

    unit: Unit
    volume: float
    expected: float
    score: float


class UnitCost:
    """Scores cost per request and per 1,000 tokens of one series, then learns them.

    The evidence of a rise is ``-ln P(a larger one)`` with a tail that the unit learns (`detectors.tail`), and an
    alert takes half of what a forecast channel asks for; all of it where the other unit fell, or few requests came.
    Where both rose, half of the evidence of each counts for the other. Of those that alert the one that rose more speaks.

    Args:
        step: seconds a bucket, 60 to 86,400.
        requests: what was learned of cost per request; None before one came.
        tokens: of cost per 1,000 tokens, likewise.

    >>> costs = UnitCost(step=3600)
    >>> for hour in range(24 * 14):
    ...     costs.learn(hour * 3600, 20.0 + hour % 5, 1000 + 50 * (hour % 5), 400_000 + 20_000 * (hour % 5))
    >>> first, second = 24 * 14 * 3600, (24 * 14 + 1) * 3600
    >>> costs.score(first, 20.0, 400, 160_000) is None  # one bucket at 2.5 times the usual is no news
    True
    >>> costs.learn(first, 20.0, 400, 160_000)
    >>> verdict = costs.score(second, 20.0, 400, 160_000)
    >>> verdict.score > 1.0, round(verdict.expected)
    (True, 8)
    """

    __slots__ = ("_rates", "_requests", "_step", "_tokens")

    def __init__(
        self, step: int, requests: UnitLevel | None = None, tokens: UnitLevel | None = None
    ) -> None:
        if step not in _STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self._step = step
        self._rates: Rates = rates_of(step)
        self._requests = requests  # both are learned in place
        self._tokens = tokens

    def score(
        self,
        time: int,
        cost: float,
        requests: int,
        tokens: int,
        sensitivity: Sensitivity = "normal",
        unit: Unit | None = None,
    ) -> UnitVerdict | None:
        """What is thought of a bucket before it is learned; changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            cost: its amount; only what is above 0 has a unit cost.
            requests: how many came.
            tokens: input and output, cached ones included.
            sensitivity: ``low`` asks for 1.4 times the evidence, ``high`` for 0.7 of it.
            unit: the one that is asked for; None: of those that alert the one that rose more, else
                the one of the stronger evidence.

        Returns:
            None where no unit cost is known, or where none rose and none is asked for.
        """
        requests_now, tokens_now = (
            None if one is None else one[:] for one in (self._requests, self._tokens)
        )
        passing = UnitCost(self._step, requests_now, tokens_now)
        return passing.take(time, cost, requests, tokens, sensitivity, unit)

    def learn(self, time: int, cost: float, requests: int, tokens: int) -> None:
        """Takes in a bucket; one without cost or volume, or with an impossible number, is left out."""
        self.take(time, cost, requests, tokens)

    def take(
        self,
        time: int,
        cost: float,
        requests: int,
        tokens: int,
        sensitivity: Sensitivity = "normal",
        unit: Unit | None = None,
    ) -> UnitVerdict | None:
        """Scores a bucket, then learns it: `score` and `learn` in one pass, for a bucket that closes."""
        by_request = by_tokens = None
        if _LEAST_COST <= cost <= _MOST_COST and 0 < requests <= _MOST_COUNT:
            hour, rates, count = time // HOUR % 24, self._rates, float(requests)
            if self._requests is None:
                self._requests = begun(cost, count)
            else:
                by_request = follow(self._requests, rates, hour, cost, count, count)
            if 0 < tokens <= _MOST_COUNT:
                if self._tokens is None:
                    self._tokens = begun(cost, tokens / 1000.0)
                else:
                    by_tokens = follow(self._tokens, rates, hour, cost, tokens / 1000.0, count)
        if (
            unit is None
            and (by_request is None or by_request[AWAY] < _LASTING)
            and (by_tokens is None or by_tokens[AWAY] < _LASTING)
        ):
            return None  # near its level, as nearly all are: `_strength` would find none
        found = self._found(by_request, by_tokens, requests, tokens, sensitivity)
        return (
            _told(found) if unit is None else next((one for one in found if one.unit == unit), None)
        )

    def _found(
        self,
        by_request: View | None,
        by_tokens: View | None,
        requests: int,
        tokens: int,
        sensitivity: Sensitivity,
    ) -> list[UnitVerdict]:
        """The verdict of each unit that is known; what speaks for the one speaks for the other, if that rose too."""
        first = self._strength(by_request, by_tokens, sensitivity)
        second = self._strength(by_tokens, by_request, sensitivity)
        found = []
        if by_request is not None:
            score = _together(first, second)
            found.append(UnitVerdict("request", float(requests), by_request[0], score))
        if by_tokens is not None:
            score = _together(second, first)
            found.append(UnitVerdict("1k tokens", tokens / 1000.0, by_tokens[0], score))
        return found

    def _strength(self, seen: View | None, other: View | None, sensitivity: Sensitivity) -> float:
        """Evidence of a rise over the bar; 0.0 where it is within a deviation, did not last, or is over."""
        if seen is None or seen[2] <= seen[3] or seen[1] < _OWN * seen[2]:
            return 0.0
        learned = points_of(seen)
        if learned < WARM_UP or seen[AWAY] < _LASTING:
            return 0.0
        bar = _BAR * bars_for(self._step, learned, sensitivity).rise
        if (other is not None and other[2] < 0) or is_thin(seen):
            bar *= _DOUBTFUL
        return evidence(self._rates, seen) / bar

    def teach(self) -> None:
        """Takes the unit costs that stay away from their level as usual from now on."""
        for unit in (self._requests, self._tokens):
            if unit is not None:
                teach(unit)

    def to_bytes(self) -> bytes:
        """Its whole state, at most 450 bytes; none at all of a series without usage."""
        return saved(self._step, self._requests, self._tokens)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The unit cost whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        step, requests, tokens = found_in(data)
        if step not in _STEPS:
            raise StateError(f"no unit cost has buckets of {step} s")
        return cls(step, requests, tokens)


def _told(found: list[UnitVerdict]) -> UnitVerdict | None:
    """Of those that alert the one that rose more, else the one of the stronger evidence."""
    loud = [one for one in found if one.score >= 1]
    if loud:
        return min(loud, key=_expected)
    return max((one for one in found if one.score > 0), key=_score, default=None)


def _together(own: float, other: float) -> float:
    return min(own + _WITNESS * other, _MOST) if own > 0 else 0.0
