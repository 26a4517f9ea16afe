"""Times and amounts in the notation that a mapping names: what a person knows of a file, and no code can."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from stream.formats.money import parse_money
from stream.formats.refused import RefusedError, quoted
from stream.formats.times import parse_time

_CLOCK: Final = r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
_FORMS: Final = {
    "day-first": (
        re.compile(
            rf"(?P<day>\d{{1,2}})[./-](?P<month>\d{{1,2}})[./-](?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
            re.ASCII,
        ),
        "31.12.2026 or 31/12/2026 08:00",
    ),
    "month-first": (
        re.compile(
            rf"(?P<month>\d{{1,2}})[./-](?P<day>\d{{1,2}})[./-](?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
            re.ASCII,
        ),
        "12/31/2026 or 12/31/2026 08:00",
    ),
    "compact": (
        re.compile(
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
            r"(?:[T ]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?",
            re.ASCII,
        ),
        "20261231 or 20261231080000",
    ),
    "month": (re.compile(r"(?P<year>\d{4})[-/.]?(?P<month>\d{2})", re.ASCII), "2026-12"),
}
_EPOCH: Final = re.compile(r"\d{9,19}(?:\.\d{1,9})?", re.ASCII)
_LONGEST: Final = 64
_CENTURY: Final = 2000
_THOUSANDS: Final = re.compile(r"(?<=\d)[. '\u00a0\u202f](?=\d{3}(?:\D|$))")


def time_reader(notation: str, timezone: str) -> Callable[[str, str], int]:
    """What reads a field's text as UTC epoch seconds.

    Args:
        notation: ``time_as`` of a mapping.
        timezone: of times that have no offset.
    """
    zone = ZoneInfo(timezone)

    @lru_cache(maxsize=4096)
    def seconds(text: str) -> int | None:
        try:
            return _seconds(text, notation, zone)
        except (ValueError, OverflowError):
            return None

    def read(field: str, text: str) -> int:
        found = seconds(text) if len(text) <= _LONGEST else None
        if found is None:
            raise RefusedError("bad_time", f"{field} is {quoted(text)}; {_remedy(notation)}")
        return parse_time(field, found)

    return read


def amount_reader(*, comma: bool) -> Callable[[str, str], Decimal]:
    """What reads a field's text as an exact amount; ``comma`` says that a comma parts the decimals."""

    def read(field: str, text: str) -> Decimal:
        if comma:
            bare = _THOUSANDS.sub("", text)
            if "." in bare:
                raise RefusedError(
                    "bad_cost", f"{field} is {quoted(text)}; write it as 1234,56 or 1.234,56"
                )
            text = bare.replace(",", ".")
        return parse_money(field, text)

    return read


def _seconds(text: str, notation: str, zone: ZoneInfo) -> int:
    if notation == "epoch":
        if not _EPOCH.fullmatch(text):
            raise ValueError(text)
        return parse_time("time", text)
    if notation == "iso":
        moment = datetime.fromisoformat(text)
        return _of(moment, zone)
    found = _FORMS[notation][0].fullmatch(text)
    if found is None:
        raise ValueError(text)
    parts = {name: int(part) for name, part in found.groupdict().items() if part is not None}
    if parts["year"] < 100:
        parts["year"] += _CENTURY
    return _of(datetime(**{"day": 1, **parts}), zone)  # type: ignore[arg-type]  # noqa: DTZ001 - its zone follows


def _of(moment: datetime, zone: ZoneInfo) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400 + since.seconds


def _remedy(notation: str) -> str:
    if notation == "iso":
        return "write 2026-12-31T08:00:00Z, or say by time_as how it is written"
    if notation == "epoch":
        return "write seconds since 1970, or milli-, micro- or nanoseconds"
    return f"write {_FORMS[notation][1]}, or say by time_as how it is written"
