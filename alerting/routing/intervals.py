"""Whether a moment lies in an interval, and whether a target is mute then."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from alerting.routing.target import Target
from config import intervals as form
from config.intervals import Interval
from config.rules import Rules

_A_DAY: Final = timedelta(days=1)


def muted_by(rules: Rules, target: Target, now: datetime) -> str | None:
    """The interval that keeps a target quiet: its name, or ``outside NAME`` of those in which alone it is active.

    Args:
        rules: the rules.
        target: what is told; intervals that the rules do not know, such as of rules before these, mute nothing.
        now: a moment with a time zone.
    """
    known = {interval.name: interval for interval in rules.routing.intervals}
    mute = [name for name in target.mute if name in known]
    active = [name for name in target.active if name in known]
    for name in mute:
        if holds(known[name], now):
            return name
    if active and not any(holds(known[name], now) for name in active):
        return f"outside {', '.join(active)}"
    return None


def holds(interval: Interval, now: datetime) -> bool:
    """Whether a moment lies in an interval.

    Hours are those that a clock on the wall shows, so an hour that a clock shows twice lies in it twice, and one
    that is skipped not at all. Hours that cross midnight belong to the day on which they begin: Friday,
    ``18:00-08:00``, ends on Saturday morning.

    Raises:
        ValueError: if the moment has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = now.astimezone(ZoneInfo(interval.timezone))
    today, minute = local.date(), local.hour * 60 + local.minute
    if not interval.times:
        return _is_day(interval, today)
    return any(_is_hour(interval, form.hours(text), today, minute) for text in interval.times)


def _is_hour(interval: Interval, hours: form.Hours, today: date, minute: int) -> bool:
    if hours.start < hours.end:
        return hours.start <= minute < hours.end and _is_day(interval, today)
    begun_today = minute >= hours.start and _is_day(interval, today)
    return begun_today or (minute < hours.end and _is_day(interval, today - _A_DAY))


def _is_day(interval: Interval, day: date) -> bool:
    """Whether a day fulfils all that is said of days; of each list one entry is enough."""
    tests = (
        (interval.weekdays, form.weekdays, day.weekday()),
        (interval.months, form.months, day.month),
        (interval.years, form.years, day.year),
    )
    for texts, parse, number in tests:
        if texts and not any(parse(text).holds(number) for text in texts):
            return False
    days = interval.days_of_month
    return not days or any(_is_day_of_month(text, day) for text in days)


def _is_day_of_month(text: str, day: date) -> bool:
    """Days below zero count from the end: -1 is the last."""
    length = monthrange(day.year, day.month)[1]
    first, last = (
        number if number > 0 else length + 1 + number for number in form.days_of_month(text)
    )
    return first <= day.day <= last
