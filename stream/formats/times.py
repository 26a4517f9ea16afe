"""Points in time as events write them: ISO 8601, spreadsheet dates, or seconds since 1970."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from stream.formats.refused import RefusedError, quoted

_DAY = 86_400
_EPOCH_OF_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WITHOUT_ZONE = _EPOCH_OF_UTC.replace(tzinfo=None)
_EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_END = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp())
_LONGEST = 64
_REMEDY = "write UTC time such as 2025-04-01T13:00:00Z, of the years 2000 to 2100"

# An epoch below the first bound is in seconds, below the next in milliseconds, then micro, then nano.
_EPOCH_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**20, 10**9))
_EPOCH = re.compile(r"\d{9,19}(?:\.\d{1,9})?", re.ASCII)
_MONTH_FIRST = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII
)


def parse_time(field: str, value: str | float) -> int:
    """Whole UTC epoch seconds, rounded down.

    Takes ISO 8601 with ``Z``, an offset or neither (then UTC), with ``T`` or a space; ``5/1/25`` with the
    month first; and epochs in seconds, milli-, micro- or nanoseconds, told apart by their size.

    Raises:
        RefusedError: ``bad_time`` for anything else, and outside the years 2000 to 2100.
    """
    seconds = None if isinstance(value, str) and len(value) > _LONGEST else _parse(value)
    if seconds is None or not _EARLIEST <= seconds < _END:
        raise RefusedError("bad_time", f"{field} is {quoted(value)}; {_REMEDY}")
    return seconds


@lru_cache(maxsize=8192)
def seconds_of(text: str) -> int | None:
    """As `parse_time`, of text; None for what it refuses. What was read before is read from memory."""
    try:
        return parse_time("time", text)
    except RefusedError:
        return None


@lru_cache(maxsize=8192)
def _parse(value: str | float) -> int | None:
    if not isinstance(value, str):
        return _parse_epoch(value)
    try:
        return _parse_text(value.strip())
    except (ValueError, OverflowError):
        return None


def _parse_text(text: str) -> int:
    if text[4:5] != "-" or "/" in text:
        if _EPOCH.fullmatch(text):
            whole, _, _ = text.partition(".")
            return _parse_epoch(int(whole)) or 0
        if "/" in text:
            return _parse_month_first(text)
    if text[-4:] in {" UTC", " GMT"}:
        text = text[:-4]
    moment = datetime.fromisoformat(text)
    since = moment - (_EPOCH_WITHOUT_ZONE if moment.tzinfo is None else _EPOCH_OF_UTC)
    return since.days * _DAY + since.seconds


def _parse_epoch(value: float) -> int | None:
    if not value >= 0:  # NaN too
        return None
    for below, unit in _EPOCH_UNITS:
        if value < below:
            return int(value // unit)
    return None


def _parse_month_first(text: str) -> int:
    found = _MONTH_FIRST.fullmatch(text)
    if found is None:
        raise ValueError(text)
    month, day, year, hour, minute, second = (int(part or 0) for part in found.groups())
    if year < 100:
        year += 2000
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
