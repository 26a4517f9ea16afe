"""Jobs of a series: what comes at this hour of many days, or of the same day of many weeks or months."""

from detectors import again, occasions, recurrence
from detectors.calendar import Calendar
from detectors.occasions import Match
from detectors.places import Vector
from detectors.recurrence import NOTHING, Recurring
from detectors.seasons import HOUR

_DAILY = 11.0  # damping of what came on six other days of a fortnight; weekly jobs reach 3


class Jobs:
    """Both memories of excursions, and what they say of the hour and the day that were asked for last.

    Args:
        step: seconds a bucket.
        calendar: of the series.
        excursions: of a fortnight (`detectors.recurrence`).
        kept: of 13 months (`detectors.occasions`).
    """

    __slots__ = (
        "_calendar", "_day", "_hour", "_known", "_matches", "_median", "_step", "excursions", "kept",
    )  # fmt: skip

    def __init__(self, step: int, calendar: Calendar, excursions: Vector, kept: Vector) -> None:
        self._step, self._calendar = step, calendar
        self.excursions, self.kept = excursions, kept
        self._hour: int | None = None
        self._median = 0.0
        self._known = NOTHING
        self._day: int | None = None
        self._matches: tuple[Match, ...] = ()

    def learn(self, time: int, value: float, deviation: float, median: float) -> None:
        """Takes in a point. What comes as high every day takes no place in the memory of months."""
        if -recurrence.FAR < deviation < recurrence.FAR:
            return
        side = 1.0 if deviation > 0 else -1.0
        daily = recurrence.recurring(self.excursions, time)[0 if side > 0 else 1]
        if recurrence.damping(daily, median, side, value) < _DAILY:
            matches = self._at(time // HOUR)
            if occasions.learn(self.kept, time, value, deviation, matches):
                self._day = None
        recurrence.learn(self.excursions, time, value, deviation, self._step)
        self._hour = None

    def at(self, time: int, median: float) -> Recurring:
        """How high rises and falls may be at a time to be nothing new, and by what their score is divided.

        Args:
            time: start of the bucket, epoch seconds.
            median: of the series; heights are measured from it.
        """
        if not (self.excursions or self.kept):
            return NOTHING
        hour = time // HOUR
        if hour != self._hour or median != self._median:
            self._hour, self._median = hour, median
            self._known = recurrence.recurring(self.excursions, time)
            matches = self._at(hour) if self.kept else None
            if matches:
                rises, falls = occasions.expected(matches, median)
                self._known = self._known[0] + rises, self._known[1] + falls
        return self._known

    def is_known(self, time: int, value: float) -> bool:
        """Whether a rise came to this very amount at this hour of one of the last days."""
        return again.is_known(value, recurrence.at_hour(self.excursions, time, again.DAYS)[0])

    def _at(self, hour: int) -> list[Match]:
        local = self._calendar.local_hour(hour, self._step)
        day = local // 24
        if day != self._day:
            self._day = day
            self._matches = occasions.matching(self.kept, self._calendar, day, self._step)
        return occasions.at(self._matches, local) if self._matches else []
