"""When a snooze, a silence or an expectation ends."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_WORK_BEGINS: Final = time(9)


def next_monday(now: int, timezone: str) -> int:
    """Nine o'clock of the next Monday in a time zone; on a Monday that of the week after.

    Args:
        now: epoch seconds.
        timezone: an IANA name.

    Returns:
        Epoch seconds.
    """
    zone = ZoneInfo(timezone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    return int(datetime.combine(monday, _WORK_BEGINS, zone).timestamp())


def end_of_day(day: date, timezone: str) -> int:
    """The midnight in which a day ends in a time zone, epoch seconds."""
    return int(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone)).timestamp())
