"""Which days are alike, and what the clocks of a series' people show.

A holiday is as quiet as a weekend, and an office opens at nine by its own clock, so an hour earlier in UTC once
summer time begins. A calendar is plain data; what a series has learned does not depend on it, so that it may be
changed over a learned state: hours are kept by the clock of winter, which is UTC but for the hour of summer time.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from detectors.seasons import DAY, HOUR, weekday_of

WEEKEND: Final = frozenset((5, 6))  # Saturday and Sunday; Monday is 0

_A_WEEK = range(1, 8)  # days before a day
_A_WEEK_BEFORE = range(8, 14)  # as far back as hours are remembered
_YEARS = range(2, 9999)  # in which dates can be told; beyond them days begin by UTC
_SECONDS_A_YEAR = 31_556_952
_CACHED = 4096  # hours; all series of a calendar share them


class Hour(NamedTuple):
    """An hour since the epoch, as a calendar has it."""

    clock: int  # the hour since the epoch, one later in summer time
    local: int  # hours from 1 January 1970, 00:00, by the local clock; 24 of them are a day
    is_quiet: bool  # whether it lies on a weekend or a holiday
    is_return: (
        bool  # whether the last seven days were of the other kind: what they taught does not hold
    )


class Calendar:
    """Weekends, holidays and the time zone in which they begin.

    Days are counted from 1 January 1970.

    Args:
        zone: in which days begin.
        weekend: days of the week, Monday 0.
        holidays: days that are as quiet as a weekend.
        working: days of a weekend, or holidays, on which people work all the same.

    >>> calendar = Calendar(holidays={358})  # Friday, 25 December 1970
    >>> [calendar.is_quiet(day) for day in (357, 358, 359)]
    [False, True, True]
    >>> calendar.like(358) - 358  # the Sunday before
    -5
    """

    __slots__ = (
        "_holidays",
        "_hours",
        "_kinds",
        "_weekdays",
        "_weekend",
        "_winter",
        "_working",
        "_zone",
    )

    def __init__(
        self,
        zone: tzinfo = UTC,
        weekend: Collection[int] = WEEKEND,
        holidays: Collection[int] = (),
        working: Collection[int] = (),
    ) -> None:
        self._zone = zone
        self._weekend = frozenset(weekend)
        self._working = frozenset(working)
        self._holidays = frozenset(holidays) - self._working
        self._hours: dict[int, Hour] = {}
        self._kinds: dict[int, tuple[bool, bool]] = {}
        self._weekdays: dict[tuple[int, int], tuple[int, ...]] = {}
        self._winter: dict[int, int] = {}

    def is_quiet(self, day: int) -> bool:
        """Whether a day is of a weekend or a holiday."""
        if day in self._working:
            return False
        return day in self._holidays or weekday_of(day) in self._weekend

    def like(self, day: int) -> int:
        """The day itself; for a holiday the last day of a weekend before it, for a worked weekend the last working day."""
        is_quiet = self.is_quiet(day)
        for back in range(7):
            if (weekday_of(day - back) in self._weekend) == is_quiet:
                return day - back
        return day

    def is_weekend(self, weekday: int) -> bool:
        """Whether a day of the week, Monday 0, is of the weekend."""
        return weekday in self._weekend

    def weekdays(self, first: int, end: int) -> tuple[int, ...]:
        """How many days from one to another one, which is left out, are Mondays, Tuesdays and so on, or like one.

        >>> UTC_WEEK.weekdays(0, 9)  # from a Thursday to the Friday of the week after
        (1, 1, 1, 2, 2, 1, 1)
        """
        known = self._weekdays.get((first, end))
        if known is None:
            if len(self._weekdays) >= _CACHED:
                self._weekdays.clear()
            counts = [0] * 7
            for day in range(first, end):
                counts[weekday_of(self.like(day))] += 1
            known = self._weekdays[first, end] = tuple(counts)
        return known

    def hour(self, hour: int) -> Hour:
        """What an hour since the epoch is here."""
        known = self._hours.get(hour)
        if known is None:
            if len(self._hours) >= _CACHED:
                self._hours.clear()
            known = self._hours[hour] = self._look(hour)
        return known

    def local_hour(self, hour: int, step: int) -> int:
        """The local hour of a bucket of ``step`` seconds; daily ones are days of UTC wherever they are."""
        return hour if step >= DAY else self.hour(hour).local

    def further(self, hour: int) -> tuple[int, ...]:
        """Which days of the week before the last one are to be compared with an hour: none if the last seven do.

        A holiday is compared with quiet days and a working day with working ones. After a week of holidays there
        is no working day among the last seven.

        Returns:
            how many days each lies back.
        """
        _, local, is_quiet, is_return = self.hour(hour)
        if not is_return:
            return ()
        day = local // 24
        return tuple(back for back in _A_WEEK_BEFORE if self.is_quiet(day - back) == is_quiet)

    def _look(self, hour: int) -> Hour:
        offset, summer = self._offset(hour * HOUR)
        local = (hour * HOUR + offset) // HOUR
        return Hour(hour + summer // HOUR, local, *self._kind(local // 24))

    def _kind(self, day: int) -> tuple[bool, bool]:
        """Whether a day is quiet, and whether none of the seven before was as it is."""
        known = self._kinds.get(day)
        if known is None:
            if len(self._kinds) >= _CACHED:
                self._kinds.clear()
            is_quiet = self.is_quiet(day)
            is_return = all(self.is_quiet(day - back) != is_quiet for back in _A_WEEK)
            known = self._kinds[day] = is_quiet, is_return
        return known

    def _offset(self, time: int) -> tuple[int, int]:
        """Seconds that the local clock is ahead of UTC, and how many of them are summer time."""
        year = 1970 + time // _SECONDS_A_YEAR
        if self._zone is UTC or year not in _YEARS:
            return 0, 0
        ahead = self._ahead(datetime.fromtimestamp(time, self._zone))
        winter = self._winter.get(year)
        if winter is None:
            halves = (datetime(year, month, 1, tzinfo=self._zone) for month in (1, 7))
            winter = self._winter[year] = min(map(self._ahead, halves))
        return ahead, max(ahead - winter, 0)  # a zone may have moved within the year

    def _ahead(self, moment: datetime) -> int:
        offset = self._zone.utcoffset(moment) or timedelta()
        return int(offset.total_seconds())


UTC_WEEK: Final = Calendar()
"""Days by UTC, Saturday and Sunday, no holidays."""
