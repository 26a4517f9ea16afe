"""The detector of usage: one dense series, a point each bucket, zeros included.

Two channels look at how far a point lies from its forecast, in units of the usual distance: the point alone
(a spike) and its sum with the ones before (a shift). Each knows how rare such a distance is on this series.
Others compare it with what a forecast forgets: the hours of a fortnight, the same hours of a week, a month.
The strongest channel is the score, and the band is where none of them alerts. One configuration serves all series. How it works and how well is told in docs/detection.md.
"""

from typing import NamedTuple, Self

import msgspec

from config.detection import Sensitivity
from detectors.acceptance import Acceptance
from detectors.bar import WARM_UP, bar_for
from detectors.errors import StateError
from detectors.forecaster import Candidates, Forecaster, points
from detectors.memories import Memories, MemoriesState, Ramps
from detectors.ramp import Ramp
from detectors.root import from_root, is_amount, to_root
from detectors.saved import read
from detectors.shift import Shift
from detectors.spread import Spread
from detectors.tail import Tail
from detectors.verdict import Verdict

KIND = "usage"
VERSION = 2

_STEPS = range(60, 86_401)
_CLIP = 3.0  # deviations; an anomaly is learned as this much at most, so that it does not become the forecast
_CLIP_FROM = 20  # points; before, the first levels are found out
_NEW = 0.1  # of a point's root: a forecast below it means that the series just begins to spend
_NEAR = 1.0  # a point this near its forecast is as expected, whatever the memories hold
_MOST = 100.0  # the highest score; beyond it size says nothing


class _View(NamedTuple):
    """What is expected of a bucket, on the square-root scale."""

    candidates: Candidates
    forecast: float
    spread: float


class UsageState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `Detector`."""

    kind: str
    version: int
    step: int
    learned: int
    signed: bool
    forecaster: list[list[float]]
    spread: list[list[float]]
    tails: list[list[float]]
    shift: list[float]
    acceptance: list[float]
    memories: MemoriesState


class Detector:
    """Forecasts and scores the points of one series, then learns them.

    Args:
        step: seconds a bucket, 60 to 86,400.

    >>> detector = Detector(step=3600)
    >>> for hour in range(24 * 14):
    ...     detector.learn(hour * 3600, 20.0 + hour % 24)
    >>> verdict = detector.score(24 * 14 * 3600, 60.0)
    >>> round(verdict.expected), verdict.score > 1.0, verdict.direction, verdict.channel
    (20, True, 'up', 'spike')
    """

    __slots__ = (
        "_acceptance", "_bar", "_forecaster", "_learned", "_memories", "_seen", "_shift", "_shift_tail",
        "_signed", "_spread", "_step", "_tail",
    )  # fmt: skip

    def __init__(self, step: int) -> None:
        if step not in _STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self._step = step
        self._learned = 0
        self._signed = False  # whether amounts below zero came
        self._forecaster = Forecaster(step)
        self._spread = Spread(step)
        fortnight = points(24 * 14, step, 100.0)
        self._tail, self._shift_tail = Tail(fortnight), Tail(fortnight)
        self._shift = Shift(points(0.5, step, 2.0))
        self._acceptance = Acceptance(step)
        self._memories = Memories(step)
        self._bar = bar_for(step)
        self._seen: tuple[int, _View] | None = (
            None  # the view a point was scored by, until it is learned
        )

    def forecast(self, time: int) -> float:
        """The amount that is expected of the bucket that starts at ``time``; 0.0 before any point."""
        return from_root(self._view(time).forecast)

    def score(self, time: int, value: float, sensitivity: Sensitivity = "normal") -> Verdict:
        """What is thought of a point before it is learned; changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            value: its amount; one that is not finite scores 0.
            sensitivity: ``low`` asks for 1.4 times the evidence, ``high`` for 0.7 of it.
        """
        view = self._view(time)
        if not is_amount(value):
            return self._verdict(time, view, from_root(view.forecast), sensitivity)
        if self._knows_nothing():
            return Verdict(value, min(value, 0.0), max(10 * value, 0.0), 0.0, "up", "spike")
        return self._verdict(time, view, value, sensitivity)

    def learn(self, time: int, value: float) -> None:
        """Takes in a point; one that is not finite is left out."""
        if not is_amount(value):
            return
        root = to_root(value)
        view = self._view(time)
        residual = root - view.forecast if self._learned else 0.0
        deviation = residual / view.spread
        if self._learned >= WARM_UP:
            self._tail.learn(deviation)
            self._shift_tail.learn(self._shift.with_next(deviation))
            self._shift.learn(deviation)
        clipped = residual
        if self._learned >= _CLIP_FROM:
            limit = _CLIP * view.spread
            clipped = min(max(residual, -limit), limit)
        self._spread.learn(time, root, clipped)
        self._forecaster.learn(time, root - residual + clipped, view.candidates)
        gap = self._acceptance.learn(deviation, residual)
        if gap is not None:
            self._forecaster.move(gap)
            self._shift.forget()
        self._memories.learn(time, value, self._learned)
        self._signed = self._signed or value < 0
        self._learned += 1
        self._seen = None

    def _knows_nothing(self) -> bool:
        """Whether any amount is as good as another: nothing came, or a few zeros."""
        return not self._learned or (self._learned < WARM_UP and not self._spread.size)

    def _view(self, time: int) -> _View:
        if self._seen is None or self._seen[0] != time:
            self._seen = (time, self._look(time))
        return self._seen[1]

    def _look(self, time: int) -> _View:
        candidates = self._forecaster.candidates(time)
        forecast = self._forecaster.blend(candidates)
        if not self._signed:
            forecast = max(forecast, 0.0)
        return _View(candidates, forecast, self._spread.at(time, forecast, self._learned))

    def _verdict(self, time: int, view: _View, value: float, sensitivity: Sensitivity) -> Verdict:
        root = to_root(value)
        deviation = (root - view.forecast) / view.spread
        up = deviation >= 0
        rise, fall = self._bar.at(self._learned, sensitivity)
        bar = rise if up else fall
        spike = self._tail.evidence(deviation) / bar
        shift = self._shift_tail.evidence(self._shift.seen_with(deviation)) / bar
        rises, falls = self._ramps(time, sensitivity)
        memory = 0.0
        if abs(deviation) > _NEAR:
            for ramp in rises if up else falls:
                memory = max(memory, ramp.strength(value))
        return Verdict(
            expected=from_root(view.forecast),
            lower=self._lower(view, fall, falls),
            upper=self._upper(view, rise, rises),
            score=min(max(spike, shift, memory), _MOST),
            direction="up" if up else "down",
            channel=_channel(root, view.forecast, spike, shift, memory),
        )

    def _lower(self, view: _View, bar: float, ramps: tuple[Ramp, ...]) -> float:
        lower = from_root(view.forecast - self._reach(-1.0, bar) * view.spread)
        near = from_root(view.forecast - _NEAR * view.spread)
        for ramp in ramps:
            lower = max(lower, min(ramp.reach, near))
        return lower if self._signed else max(lower, 0.0)

    def _upper(self, view: _View, bar: float, ramps: tuple[Ramp, ...]) -> float:
        upper = from_root(view.forecast + self._reach(1.0, bar) * view.spread)
        near = from_root(view.forecast + _NEAR * view.spread)
        for ramp in ramps:
            upper = min(upper, max(ramp.reach, near))
        return upper

    def _ramps(self, time: int, sensitivity: Sensitivity) -> Ramps:
        if self._learned < WARM_UP:
            return Ramps()
        bar = self._bar.of_memory(self._learned, sensitivity)
        return self._memories.ramps(time, self._spread, bar)

    def _reach(self, side: float, bar: float) -> float:
        """The size of deviation from which spike or shift alerts."""
        shift = self._shift.deviation(side * self._shift_tail.deviation(bar))
        return min(self._tail.deviation(bar), shift)

    def to_bytes(self) -> bytes:
        """Its whole state, 3 to 4 KB."""
        state = UsageState(
            kind=KIND,
            version=VERSION,
            step=self._step,
            learned=self._learned,
            signed=self._signed,
            forecaster=self._forecaster.numbers(),
            spread=self._spread.numbers(),
            tails=[self._tail.numbers(), self._shift_tail.numbers()],
            shift=self._shift.numbers(),
            acceptance=self._acceptance.numbers(),
            memories=self._memories.state(),
        )
        return msgspec.msgpack.encode(state)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The detector whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, UsageState, KIND, VERSION)
        if state.step not in _STEPS or state.learned < 0 or len(state.tails) != 2:
            raise StateError(f"no usage detector has {state.learned} points of {state.step} s")
        detector = cls(state.step)
        detector._learned, detector._signed = state.learned, state.signed
        detector._forecaster.restore(state.forecaster)
        detector._spread.restore(state.spread)
        for tail, numbers in zip((detector._tail, detector._shift_tail), state.tails, strict=True):
            tail.restore(numbers)
        detector._shift.restore(state.shift)
        detector._acceptance.restore(state.acceptance)
        detector._memories.restore(state.memories)
        return detector


def _channel(root: float, forecast: float, spike: float, shift: float, memory: float) -> str:
    if root < forecast:
        return "drop"
    if abs(forecast) < _NEW * root:
        return "new"
    if memory > max(spike, shift):
        return "peak"
    return "spike" if spike >= shift else "shift"
