"""Which earlier days had the place in the week or in the month that a day has."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from detectors.calendar import Calendar

WEEK, DATE, END, FIRST_WORKING, LAST_WORKING = PLACES = range(5)
"""Same day of the week; of the month; counted from its end; its first working day; its last one."""

WEEKS: Final = 4  # in which a weekly job is known
MONTHS: Final = 13  # in which a monthly one is

_EPOCH_DAY = 719_163  # ordinal of 1 January 1970
_YEARS = range(3, 9999)  # in which dates can be told
_DAYS_A_YEAR = 365.2425
_CACHED = 128  # days, of some kilobytes each; all series of a calendar share them
_PLACES_CACHED = 2048  # days or months, of a hundred bytes each


def date_of(day: int) -> date | None:
    """The date of a day since the epoch; None where the calendar has none.

    >>> date_of(31)
    datetime.date(1970, 2, 1)
    """
    if 1970 + day // _DAYS_A_YEAR not in _YEARS:
        return None
    return date.fromordinal(_EPOCH_DAY + day)


class Place(NamedTuple):
    """Where in its month a day lies."""

    day: int  # of the month, from 1 on
    left: int  # days of the month after it
    is_first: bool  # working day of the month
    is_last: bool  # working day of the month


@lru_cache(maxsize=_PLACES_CACHED)
def place_of(calendar: Calendar, day: int) -> Place:
    """Where in its month a day since the epoch lies; as the first of a month where there is no date.

    >>> from detectors.calendar import UTC_WEEK
    >>> place_of(UTC_WEEK, 29)  # Friday, 30 January 1970
    Place(day=30, left=1, is_first=False, is_last=True)
    """
    found = date_of(day)
    if found is None:
        return Place(1, 30, is_first=False, is_last=False)
    first, last = working_days(calendar, found.year, found.month)
    length = monthrange(found.year, found.month)[1]
    return Place(found.day, length - found.day, day == first, day == last)


@lru_cache(maxsize=_CACHED)
def earlier(calendar: Calendar, day: int) -> Mapping[int, tuple[int, ...]]:
    """The days of four weeks and thirteen months before a day that were like it, and of which `PLACES` each was.

    Args:
        calendar: says which days are working days.
        day: since the epoch.

    >>> from detectors.calendar import UTC_WEEK
    >>> like_it = earlier(UTC_WEEK, 89)  # Tuesday, 31 March 1970
    >>> like_it[58] == (END,), like_it[57] == (LAST_WORKING,)  # Saturday, 28 February, and the day before
    (True, True)
    """
    found: dict[int, tuple[int, ...]] = {}
    for place, other in _like(calendar, day):
        found[other] = (*found.get(other, ()), place)
    return found


@lru_cache(maxsize=_PLACES_CACHED)
def working_days(calendar: Calendar, year: int, month: int) -> tuple[int, int]:
    """The first and the last working day of a month, as days since the epoch; its first and last day if it has none."""
    first = date(year, month, 1).toordinal() - _EPOCH_DAY
    days = range(first, first + monthrange(year, month)[1])
    working = [day for day in days if not calendar.is_quiet(day)] or days
    return working[0], working[-1]


def _like(calendar: Calendar, day: int) -> Iterator[tuple[int, int]]:
    for weeks in range(1, WEEKS + 1):
        yield WEEK, day - 7 * weeks
    today = date_of(day)
    if today is None:
        return
    length = monthrange(today.year, today.month)[1]
    bounds = working_days(calendar, today.year, today.month)
    for months in range(1, MONTHS + 1):
        year, number = divmod(today.year * 12 + today.month - 1 - months, 12)
        month = number + 1
        first, days = date(year, month, 1).toordinal() - _EPOCH_DAY, monthrange(year, month)[1]
        if today.day <= days:
            yield DATE, first + today.day - 1
        if length - today.day < days:
            yield END, first + days - 1 - (length - today.day)
        places = zip(
            (FIRST_WORKING, LAST_WORKING), bounds, working_days(calendar, year, month), strict=True
        )
        yield from ((place, other) for place, bound, other in places if bound == day)
