"""How strong the evidence of any amount in one bucket is, over all channels, and the band in which none alerts.

Forecast channels (spike, shift, surge) ask how rare the distance from the forecast is. Memories ask the same of the
amount itself. A rise that is far from its forecast, but nothing special to the memories, counts half. What comes at
this hour of many days counts less and less.
"""

from collections.abc import Callable
from math import inf
from typing import Final

import msgspec

from detectors import recurrence
from detectors.bar import Bars
from detectors.memories import Ramps
from detectors.places import MEDIAN, SHIFT, Vector
from detectors.recurrence import Recurring
from detectors.root import to_root
from detectors.shift import Shift
from detectors.surge import BAR, Surge
from detectors.tail import START, Curve

MOST: Final = 100.0  # the highest score; beyond it size says nothing

_NEW = 0.1  # of a point's root: a forecast below it means that the series just begins to spend
_NEAR = 1.0  # a point this near its forecast is as expected, by shift, surge and memories
_SPECIAL = 0.7  # of what a memory asks for an alert: from here on an amount is special to it
_ALONE = 2.0  # times the evidence is asked of a rise that is not


class Evidence(msgspec.Struct, frozen=True, gc=False):
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
    asked_rise: float  # times the evidence
    asked_fall: float

    def of(self, value: float) -> tuple[float, str]:
        """The score of an amount, and the channel that gives it."""
        root = to_root(value)
        deviation = (root - self.forecast) / self.spread
        up = deviation >= 0
        size, tail = (deviation if up else -deviation), self.tail
        if size <= START:  # `Curve.evidence`, without a call
            spike = tail.start * size / START
        else:
            spike = tail.start + (size - START) / tail.reach
        spike /= self.bars.rise if up else self.bars.fall
        shift = memory = 0.0
        if not -_NEAR <= deviation <= _NEAR:
            shift, memory = self._far(value, deviation, up=up)
        if up and memory < _SPECIAL and value < self.above and self.ramps[0]:
            spike, shift = spike / _ALONE, shift / _ALONE
        score = spike if spike >= shift else shift
        if memory > score:
            score = memory
        score /= self.asked_rise if up else self.asked_fall
        extremes = self.recurring[0 if up else 1]
        if extremes:
            score /= recurrence.damping(extremes, self.numbers[MEDIAN], 1.0 if up else -1.0, value)
        channel = _channel(root, self.forecast, spike, shift, memory)
        return (score if score < MOST else MOST), channel

    def _far(self, value: float, deviation: float, *, up: bool) -> tuple[float, float]:
        """Of a point that is not near its forecast: strength of the sum with those before, and of the memories."""
        numbers, bars = self.numbers, self.bars
        total = self.shift.seen_with(numbers[SHIFT], deviation)
        shift = self.shift_tail.evidence(total) / (bars.rise if up else bars.fall)
        ramps = self.ramps[0 if up else 1]
        memory = 0.0
        for start, reach in ramps:  # strength of a `Ramp`, without a call
            strength = (value - start) / (reach - start)
            if strength > memory:
                memory = strength
        if up and ramps:
            surge = self.surge.evidence(numbers, self.surge_tail, deviation) / (BAR * bars.memory)
            if surge > shift:
                shift = surge
        return shift, memory

    def band(self) -> tuple[float, float]:
        """Between which amounts nothing alerts."""
        rises, falls = self.recurring
        rise, fall = self.asked_rise, self.asked_fall
        lower = self._edge(-1.0, self._lower, fall) if falls else self._lower(fall)
        return lower, self._edge(1.0, self._upper, rise) if rises else self._upper(rise)

    def _edge(self, side: float, undamped: Callable[[float], float], asked: float) -> float:
        """From which amount on a side an alert is raised, with what recurs there counted less.

        Args:
            side: 1.0 for rises, -1.0 for falls.
            undamped: the same with all evidence asked for so many times.
            asked: times that is asked for anyway.
        """
        best = inf
        extremes = self.recurring[0 if side > 0 else 1]
        for factor, until in recurrence.limits(extremes, self.numbers[MEDIAN], side):
            edge = side * undamped(asked * factor)
            if edge >= side * until:
                return side * min(best, edge)
            best = side * until
        return side * min(best, side * undamped(asked * recurrence.most(extremes)))

    def _upper(self, factor: float) -> float:
        forecast, spread, rises = self.forecast, self.spread, self.ramps[0]
        root = forecast + self._rise(factor) * spread
        full = root * abs(root)  # `from_root`, without a call, as below
        if not rises:
            return full
        alert, special = inf, self.above
        for start, reach in rises:  # the inverse of a `Ramp`'s strength
            width = reach - start
            edge = start + width * factor
            if edge < alert:
                alert = edge
            edge = start + width * _SPECIAL
            if edge < special:
                special = edge
        root = forecast + _NEAR * spread
        near = root * abs(root)
        if alert < near:
            alert = near
        if special < near:
            special = near
        if alert <= full or special <= full:
            return alert if alert < full else full
        root = forecast + self._rise(_ALONE * factor) * spread
        return min(alert, root * abs(root), special)

    def _lower(self, factor: float) -> float:
        forecast, spread = self.forecast, self.spread
        root = forecast - self._reach(-1.0, self.bars.fall * factor) * spread
        edge = root * abs(root)  # `from_root`, without a call, as below
        root = forecast - _NEAR * spread
        near = root * abs(root)
        if edge >= near:
            return edge
        for start, reach in self.ramps[1]:
            alert = start + (reach - start) * factor
            if alert > edge:
                edge = alert
        return edge if edge < near else near

    def _rise(self, factor: float) -> float:
        """The size of deviation from which a channel of the forecast alerts of a rise."""
        reach = self._reach(1.0, self.bars.rise * factor)
        if not self.ramps[0]:
            return reach
        bar = BAR * self.bars.memory * factor
        surge = self.surge.deviation(self.numbers, self.surge_tail, bar)
        return surge if surge < reach else reach

    def _reach(self, side: float, bar: float) -> float:
        """The same for spike and shift, on either side."""
        tail = self.tail  # `Curve.deviation` of both, without a call
        start = tail.start
        spike = START * bar / start if bar <= start else START + (bar - start) * tail.reach
        tail = self.shift_tail
        start = tail.start
        total = START * bar / start if bar <= start else START + (bar - start) * tail.reach
        shift = self.shift.deviation(self.numbers[SHIFT], side * total)
        return shift if shift < spike else spike


def _channel(root: float, forecast: float, spike: float, shift: float, memory: float) -> str:
    if root < forecast:
        return "drop"
    if abs(forecast) < _NEW * root:
        return "new"
    if memory > spike and memory > shift:
        return "peak"
    return "spike" if spike >= shift else "shift"
