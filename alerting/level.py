"""Where spend stands against what it was before an anomaly, by the clock: a forecast that follows cannot tell.

What is usual at an hour is learned by the day and the week, so that half a day of an anomaly hardly moves it. Of an anomaly of
unit cost the volume stands in place of the hour, at what a unit cost when it began.
"""

from typing import Self

import msgspec

from alerting.observation import Observation
from detectors.verdict import Direction

_LEFT = 0.3  # of the way, at most, is still to go


class Level(msgspec.Struct, frozen=True, array_like=True):
    """Sums of the anomalous buckets and of the quiet ones since, and what they would have cost before.

    Attributes:
        by_unit: whether it is measured by volume.
        each: what one of what it is measured by cost before: 1.0 of usual spend; 0.0: not known.
    """

    by_unit: bool = False
    each: float = 0.0
    actual: float = 0.0
    before: float = 0.0
    quiet_actual: float = 0.0
    quiet_before: float = 0.0

    @classmethod
    def of(cls, seen: Observation) -> Self:
        """The level of the first anomalous bucket."""
        by_unit = seen.unit is not None
        usual, expected = _measure(seen, by_unit=by_unit), float(seen.expected)
        if usual <= 0 or expected <= 0:
            return cls()
        each = expected / usual if by_unit else 1.0
        return cls(by_unit, each, float(seen.actual), each * usual)

    def with_anomalous(self, seen: Observation) -> "Level":
        """With a further anomalous bucket; the quiet ones before it say nothing any more."""
        usual = _measure(seen, by_unit=self.by_unit)
        more = (float(seen.actual), self.each * usual) if usual > 0 else (0.0, 0.0)
        return Level(self.by_unit, self.each, self.actual + more[0], self.before + more[1])

    def with_quiet(self, seen: Observation) -> "Level":
        """With a further bucket that is not anomalous in the anomaly's direction."""
        usual = _measure(seen, by_unit=self.by_unit)
        if usual <= 0:
            return self
        return msgspec.structs.replace(
            self,
            quiet_actual=self.quiet_actual + float(seen.actual),
            quiet_before=self.quiet_before + self.each * usual,
        )

    def is_back(self, direction: Direction) -> bool:
        """Whether the quiet buckets came as good as all of the way back to what was before; False if nobody knows."""
        if self.before <= 0 or self.quiet_before <= 0:
            return False
        away = self.actual / self.before - 1.0
        now = self.quiet_actual / self.quiet_before - 1.0
        return now <= _LEFT * away if direction == "up" else now >= _LEFT * away


def _measure(seen: Observation, *, by_unit: bool) -> float:
    """What the level is relative to: usual spend at the hour, or volume; 0.0 where it is not known."""
    if by_unit:
        return 0.0 if seen.unit is None else float(seen.unit.volume)
    return 0.0 if seen.usual is None else seen.usual
