"""Intervals: times by a local clock in which routes are mute, or in which alone they are active.

The fields are Alertmanager's. Ranges are written ``first:last``, both included; hours ``18:00-08:00`` may cross
midnight.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Final, NamedTuple, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from config.base import Frozen, Text, refused
from config.calendars import Weekday
from config.timezones import TimeZone

WEEKDAYS: Final[tuple[str, ...]] = get_args(Weekday)
MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MINUTES: Final = 24 * 60
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*-\s*([0-9]{1,2}):([0-5][0-9])")


class Span(NamedTuple):
    """From one number to another, both included; ``first`` after ``last`` goes round the end, where that makes sense."""

    first: int
    last: int

    def holds(self, number: int) -> bool:
        """Whether a number lies in it."""
        if self.first <= self.last:
            return self.first <= number <= self.last
        return number >= self.first or number <= self.last


class Hours(NamedTuple):
    """Minutes of a day from ``start`` until before ``end``; an ``end`` that is no later is on the next day."""

    start: int
    end: int


@cache
def weekdays(text: str) -> Span:
    """Days of the week, Monday is 0: ``saturday``, ``monday:friday``, ``friday:monday``.

    Raises:
        ValueError: if it is none.
    """
    return _named(text, WEEKDAYS, "day of the week", "saturday or monday:friday")


@cache
def months(text: str) -> Span:
    """Months, January is 1: ``december``, ``12``, ``november:february``. Raises as `weekdays`."""
    names = tuple(str(number) for number in range(1, 13))
    if all(part.strip().isdigit() for part in text.split(":")):
        span = _named(text, names, "month", "december, 12 or november:february")
    else:
        span = _named(text, MONTHS, "month", "december, 12 or november:february")
    return Span(span.first + 1, span.last + 1)


@cache
def days_of_month(text: str) -> Span:
    """Days of a month: ``1``, ``1:7``, ``-3:-1`` (-1 is the last, -2 the one before). Raises as `weekdays`."""
    span = _numbers(text, "day of a month", "1, 1:7 or -1")
    first, last = span
    is_backward = first < 0 < last or (first > last and (first < 0) == (last < 0))
    if is_backward or not all(1 <= abs(number) <= 31 for number in span):
        raise ValueError(f"{text!r} is no day of a month; write 1 to 31, -1 for the last, or 1:7")
    return span


@cache
def years(text: str) -> Span:
    """Years: ``2026``, ``2026:2028``. Raises as `weekdays`."""
    span = _numbers(text, "year", "2026 or 2026:2028")
    if not 1970 <= span.first <= span.last <= 9999:
        raise ValueError(f"{text!r} is no year; write such as 2026 or 2026:2028")
    return span


@cache
def hours(text: str) -> Hours:
    """Hours of a day: ``08:00-18:00``, ``18:00-08:00``, ``22:00-24:00``. Raises as `weekdays`."""
    form = _HOURS.fullmatch(text.strip())
    start, end = (
        (-1, -1)
        if form is None
        else (int(form[1]) * 60 + int(form[2]), int(form[3]) * 60 + int(form[4]))
    )
    if not (0 <= start < _MINUTES and 0 <= end <= _MINUTES):
        raise ValueError(f'{text!r} are no hours; write such as "08:00-18:00" or "18:00-08:00"')
    if start == end:
        raise ValueError(f"{text!r} ends as it begins; leave `times` out for the whole day")
    return Hours(start, end)


def _named(text: str, names: Sequence[str], what: str, example: str) -> Span:
    parts = [part.strip().lower() for part in text.split(":")]
    if len(parts) > 2 or not all(part in names for part in parts):
        raise ValueError(f"{text!r} is no {what}; write such as {example}")
    return Span(names.index(parts[0]), names.index(parts[-1]))


def _numbers(text: str, what: str, example: str) -> Span:
    parts = text.split(":")
    try:
        numbers = [int(part) for part in parts]
    except ValueError:
        numbers = []
    if not 1 <= len(numbers) <= 2:
        raise ValueError(f"{text!r} is no {what}; write such as {example}")
    return Span(numbers[0], numbers[-1])


def _as_text(value: object) -> object:
    """Numbers in a list as texts: people write ``[1, -1]`` and ``[2026]``."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _checked(parse: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


_SCHEMA = WithJsonSchema({"type": ["string", "integer"]})
Weekdays = Annotated[str, _checked(weekdays)]
Months = Annotated[str, BeforeValidator(_as_text), _checked(months), _SCHEMA]
MonthDays = Annotated[str, BeforeValidator(_as_text), _checked(days_of_month), _SCHEMA]
Years = Annotated[str, BeforeValidator(_as_text), _checked(years), _SCHEMA]
DayHours = Annotated[str, _checked(hours)]


class Interval(Frozen):
    """Times by a local clock. What is left out is always fulfilled; of a list, one is enough."""

    name: Text = Field(description="name of the interval, once in the list", examples=["weekends"])
    timezone: TimeZone = Field(
        default="UTC",
        description="IANA name of the time zone of days and hours",
        examples=["Europe/Berlin"],
    )
    times: tuple[DayHours, ...] = Field(
        default=(),
        description="hours of the day; those that cross midnight belong to the day on which they begin",
        examples=[["18:00-08:00"]],
    )
    weekdays: tuple[Weekdays, ...] = Field(
        default=(), description="days of the week, or ranges of them", examples=[["monday:friday"]]
    )
    days_of_month: tuple[MonthDays, ...] = Field(
        default=(),
        description="days of the month, or ranges: 1 to 31; -1 is the last, -2 the one before",
        examples=[["1:3", -1]],
    )
    months: tuple[Months, ...] = Field(
        default=(),
        description="months by name or number, or ranges of them",
        examples=[["november:december"]],
    )
    years: tuple[Years, ...] = Field(
        default=(), description="years, or ranges of them", examples=[["2026:2027"]]
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.times or self.weekdays or self.days_of_month or self.months or self.years):
            raise refused(
                "holds always; add `times`, `weekdays`, `days_of_month`, `months` or `years`"
            )
        return self
