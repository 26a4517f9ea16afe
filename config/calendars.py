"""Calendars: which days are quiet, and where they begin, by team, service or source."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.base import Frozen, Text, refused
from config.dates import Day
from config.detection import Matcher
from config.holidays import holidays_of
from config.matching import matches
from config.names import unique_names
from config.timezones import TimeZone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _known_place(place: str) -> str:
    holidays_of(place)
    return place


class SpecialDay(Frozen):
    """A day that is not what its weekday says."""

    date: Day = Field(description="the day", examples=["2026-12-24"])
    name: str = Field(default="", description="what the day is, for people", examples=["closed"])
    kind: Literal["holiday", "working"] = Field(
        default="holiday",
        description="`holiday`: as quiet as a weekend; `working`: a day of a weekend, or a holiday, on which people work",
    )


class CalendarRule(Frozen):
    """The calendar of the series that match. The first one that matches wins."""

    name: Text = Field(description="name of the calendar, once in the list", examples=["germany"])
    match: Matcher = Field(
        default=Matcher(),
        description="series that are meant; what is left out matches all",
        examples=[{"team": "search"}],
    )
    timezone: TimeZone = Field(
        default="UTC",
        description="IANA name of the time zone in which days begin and working hours lie",
        examples=["Europe/Berlin"],
    )
    weekend: tuple[Weekday, ...] = Field(
        default=("saturday", "sunday"),
        description="days of the week on which few people work",
        examples=[["friday", "saturday"]],
    )
    holidays: tuple[Annotated[str, AfterValidator(_known_place)], ...] = Field(
        default=(),
        description="countries (ISO 3166-1) or parts of them (ISO 3166-2) whose public holidays are as quiet as a weekend",
        examples=[["DE-BE", "US-CA"]],
    )
    days: tuple[SpecialDay, ...] = Field(
        default=(),
        description="own holidays, and days on which people work all the same",
        examples=[[{"date": "2026-12-24", "name": "closed"}]],
    )
    file: Text | None = Field(
        default=None,
        description="CSV (`date,name` and, if need be, `kind`) or iCalendar (.ics) with more `days`, beside the rules",
        examples=["company.days.csv"],
    )


def _reachable(calendars: tuple[CalendarRule, ...]) -> tuple[CalendarRule, ...]:
    """Refuses what stands behind a calendar that takes every series."""
    all_taken = False
    for place, calendar in enumerate(calendars):
        if all_taken:
            raise refused("never matches: an earlier calendar takes all; move it up", (place,))
        all_taken = calendar.match == Matcher()
    return calendars


Calendars = Annotated[
    tuple[CalendarRule, ...], AfterValidator(unique_names), AfterValidator(_reachable)
]

DEFAULT = CalendarRule(name="default")
"""Of series that none matches: UTC, Saturday and Sunday, no holidays."""


def calendar_for(
    calendars: tuple[CalendarRule, ...],
    source: str,
    team: str,
    service: str,
    environment: str,
    charge_kind: str,
) -> CalendarRule:
    """The first calendar that matches a series, or the `DEFAULT`."""
    names = (source, team, service, environment, charge_kind)
    return next((each for each in calendars if matches(each.match, *names)), DEFAULT)
