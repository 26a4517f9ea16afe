"""Dates of Azure's exports: ISO 8601, or ``09/21/2023`` with the month first, unless the row shows otherwise.

Azure writes the month first. A table that was saved again where the day comes first has its days there, and
``04/05/2023`` alone cannot tell. The billing period of the same row can: its last day is beyond the 12th, and
the charge lies in it. So the day comes first where the period says so, and only there. A row without such a
period is read as Azure writes it; if that is no date, it is refused.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from stream.formats.refused import RefusedError, quoted
from stream.formats.times import parse_time

_LONGEST: Final = 64  # characters; a longer text is no date, and must not be remembered
_SLASHED: Final = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])[Mm])?)?",
    re.ASCII,
)
_REMEDY: Final = "write it as 2023-09-21, or with the month first as 09/21/2023"


def date_of(column: str, text: str, start: str = "", end: str = "") -> int:
    """A date in UTC epoch seconds.

    Args:
        column: whose text it is.
        text: as the row has it.
        start: the first day of the row's billing period; "" where it has none.
        end: the last day of that period.

    Raises:
        RefusedError: ``bad_time`` for what is no date, or one of which the row shows that it can be none.
    """
    if "/" not in text[:_LONGEST]:
        return parse_time(column, text)
    seconds = None
    if len(text) <= _LONGEST:
        seconds = _seconds(text.strip(), is_day_first=_is_day_first(start, end))
    if seconds is None:
        raise RefusedError("bad_time", f"{column} is {quoted(text)}; {_REMEDY}")
    return parse_time(column, seconds)


def _is_day_first(start: str, end: str) -> bool:
    if len(start) > _LONGEST or len(end) > _LONGEST:
        return False
    return _shows_day_first(start.strip(), end.strip())


@lru_cache(maxsize=1024)
def _shows_day_first(start: str, end: str) -> bool:
    """Whether a billing period is one only if the day comes first."""
    return _span(start, end, is_day_first=True) and not _span(start, end, is_day_first=False)


_LONGEST_PERIOD: Final = timedelta(days=32).total_seconds()


def _span(start: str, end: str, *, is_day_first: bool) -> bool:
    first = _seconds(start, is_day_first=is_day_first)
    last = _seconds(end, is_day_first=is_day_first)
    return first is not None and last is not None and 0 <= last - first <= _LONGEST_PERIOD


@lru_cache(maxsize=8192)
def _seconds(text: str, *, is_day_first: bool) -> int | None:
    found = _SLASHED.fullmatch(text)
    if found is None:
        return None
    month, day, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if is_day_first:
        month, day = day, month
    half = (found.group(7) or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    year += 2000 if year < 100 else 0
    try:
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None
