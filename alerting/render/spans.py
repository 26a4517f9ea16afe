"""Spans of time and moments near one another, as people say them."""

from datetime import UTC, datetime
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_UNITS: Final = ((_DAY, "day", "days"), (_HOUR, "h", "h"), (_MINUTE, "min", "min"))


def lasted(seconds: float) -> str:
    """A span in its two largest units.

    >>> lasted(12_000), lasted(3600), lasted(20), lasted(90_000)
    ('3 h 20 min', '1 h', 'under a minute', '1 day 1 h')
    """
    whole = int(seconds)
    for at, (size, one, many) in enumerate(_UNITS):
        if whole >= size:
            count, rest = divmod(whole, size)
            said = f"{count:,} {one if count == 1 else many}"
            return said if at + 1 == len(_UNITS) else f"{said} {_next(rest, at + 1)}".rstrip()
    return "under a minute"


def span(seconds: float) -> str:
    """A span in its two largest units; below a minute in seconds, where they matter.

    >>> [span(seconds) for seconds in (40, 2100, 7500, 86_400, 273_600)]
    ['40 s', '35 min', '2 h 5 min', '1 day', '3 days 4 h']
    """
    return lasted(seconds) if seconds >= _MINUTE else f"{max(int(seconds), 0)} s"


def _next(rest: int, at: int) -> str:
    size, one, many = _UNITS[at]
    count = rest // size
    return f"{count} {one if count == 1 else many}" if count else ""


def ago(at: float, now: float) -> str:
    """``3 h 20 min ago``; of what is to come ``just now``, since clocks differ a little."""
    seconds = now - at
    return f"{lasted(seconds)} ago" if seconds >= _MINUTE else "just now"


def clock(at: int, now: int) -> str:
    """A moment as short as it is clear: the time, with its day where that is not today's, in UTC."""
    moment, today = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC)
    if moment.date() == today.date():
        return f"{moment:%H:%M} UTC"
    if moment.year == today.year:
        return f"{moment:%a} {moment.day} {moment:%b}, {moment:%H:%M} UTC"
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def step(seconds: int) -> str:
    """A bucket's length, as it stands after ``every``: ``hour``, ``5 minutes``."""
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit and seconds % unit == 0:
            count = seconds // unit
            return f"{count} {name}s" if count > 1 else name
    return f"{seconds} seconds"
