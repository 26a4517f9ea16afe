"""How strong the evidence of any amount in one bucket is, over all channels, and the band in which none alerts.

Forecast channels (spike, shift, surge) ask how rare the distance from the forecast is. Memories ask the same of the
amount itself. A rise that is far from its forecast, but nothing special to the memories, counts half. What comes at
this hour of many days counts less and less.
"""

from collections.abc import Callable
from math import inf
from typing import Final, NamedTuple

from detectors import recurrence
from detectors.bar import Bars
from detectors.memories import Ramps
from detectors.places import MEDIAN, SHIFT, Vector
from detectors.ramp import at, strength
from detectors.recurrence import Recurring
from detectors.root import from_root, to_root
from detectors.shift import Shift
from detectors.surge import BAR, Surge
from detectors.tail import Curve

MOST: Final = 100.0  # the highest score; beyond it size says nothing

_NEW = 0.1  # of a point's root: a forecast below it means that the series just begins to spend
_NEAR = 1.0  # a point this near its forecast is as expected, whatever the memories hold
_SPECIAL = 0.7  # of what a memory asks for an alert: from here on an amount is special to it
_ALONE = 2.0  # times the evidence is asked of a rise that is not


class Strength(NamedTuple):
    """What was found: a score and the channel it comes from."""

    score: float
    channel: str


class Evidence(NamedTuple):
    """All that the channels compare an amount with."""

    numbers: Vector
    forecast: float  # on the square-root scale, as is the spread
    spread: float
    bars: Bars
    tail: Curve
    shift: Shift
    shift_tail: Curve
    surge: Surge
    surge_tail: Curve
    ramps: Ramps  # empty while too little is known
    recurring: Recurring
    above: float  # from this amount on a rise is special at its hour

    def of(self, value: float) -> Strength:
        """The score of an amount, and the channel that gives it."""
        root = to_root(value)
        deviation = (root - self.forecast) / self.spread
        up = deviation >= 0
        total = self.shift.seen_with(self.numbers[SHIFT], deviation)
        bar = self.bars.rise if up else self.bars.fall
        spike = self.tail.evidence(deviation) / bar
        shift = self.shift_tail.evidence(total) / bar
        rises, falls = self.ramps
        memory = 0.0
        if abs(deviation) > _NEAR:
            for ramp in rises if up else falls:
                memory = max(memory, strength(ramp, value))
        if up and rises:
            surge = self.surge.evidence(self.numbers, self.surge_tail, deviation)
            shift = max(shift, surge / (BAR * self.bars.memory))
            if memory < _SPECIAL and value < self.above:
                spike, shift = spike / _ALONE, shift / _ALONE
        score = max(spike, shift, memory)
        extremes = self.recurring[0 if up else 1]
        if extremes:
            score /= recurrence.damping(extremes, self.numbers[MEDIAN], 1.0 if up else -1.0, value)
        return Strength(min(score, MOST), _channel(root, self.forecast, spike, shift, memory))

    def band(self) -> tuple[float, float]:
        """Between which amounts nothing alerts."""
        return self._edge(-1.0, self._lower), self._edge(1.0, self._upper)

    def _edge(self, side: float, undamped: Callable[[float], float]) -> float:
        """From which amount on a side an alert is raised, with what recurs counted less.

        Args:
            side: 1.0 for rises, -1.0 for falls.
            undamped: the same with all evidence asked for so many times.
        """
        best, factor = inf, 1.0
        extremes = self.recurring[0 if side > 0 else 1]
        if extremes:
            for factor, until in recurrence.limits(extremes, self.numbers[MEDIAN], side):
                edge = side * undamped(factor)
                if edge >= side * until:
                    return side * min(best, edge)
                best = side * until
            factor = recurrence.most(extremes)
        return side * min(best, side * undamped(factor))

    def _upper(self, factor: float) -> float:
        rises = self.ramps[0]
        full = from_root(self.forecast + self._rise(factor) * self.spread)
        if not rises:
            return full
        near = from_root(self.forecast + _NEAR * self.spread)
        alert = max(min(at(ramp, factor) for ramp in rises), near)
        special = max(min(self.above, *(at(ramp, _SPECIAL) for ramp in rises)), near)
        if alert <= full or special <= full:
            return min(alert, full)
        half = from_root(self.forecast + self._rise(_ALONE * factor) * self.spread)
        return min(alert, half, special)

    def _lower(self, factor: float) -> float:
        reach = self._reach(-1.0, self.bars.fall * factor)
        edge = from_root(self.forecast - reach * self.spread)
        near = from_root(self.forecast - _NEAR * self.spread)
        for ramp in self.ramps[1]:
            edge = max(edge, min(at(ramp, factor), near))
        return edge

    def _rise(self, factor: float) -> float:
        """The size of deviation from which a channel of the forecast alerts of a rise."""
        reach = self._reach(1.0, self.bars.rise * factor)
        if not self.ramps[0]:
            return reach
        bar = BAR * self.bars.memory * factor
        return min(reach, self.surge.deviation(self.numbers, self.surge_tail, bar))

    def _reach(self, side: float, bar: float) -> float:
        """The same for spike and shift, on either side."""
        mean = self.numbers[SHIFT]
        shift = self.shift.deviation(mean, side * self.shift_tail.deviation(bar))
        return min(self.tail.deviation(bar), shift)


def _channel(root: float, forecast: float, spike: float, shift: float, memory: float) -> str:
    if root < forecast:
        return "drop"
    if abs(forecast) < _NEW * root:
        return "new"
    if memory > max(spike, shift):
        return "peak"
    return "spike" if spike >= shift else "shift"
