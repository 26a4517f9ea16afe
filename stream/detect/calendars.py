"""The calendars of the rules, as detectors need them: one object for all series that share it."""

from datetime import UTC, date
from functools import cache
from zoneinfo import ZoneInfo

from alerting.series import SeriesKey
from config.calendars import DEFAULT, CalendarRule, calendar_for
from config.holidays import holidays_of
from config.rules import Rules
from detectors.calendar import UTC_WEEK, Calendar

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EPOCH = date(1970, 1, 1).toordinal()


class CalendarBook:
    """The calendar of each series.

    Args:
        rules: what people tune.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules.calendars
        self._known = {rule.name: calendar_of(rule) for rule in rules.calendars}

    def of(self, key: SeriesKey) -> Calendar:
        """That of the first rule that matches, or else UTC with Saturday and Sunday."""
        rule = calendar_for(
            self._rules, key.source, key.team, key.service, key.environment, key.charge_kind
        )
        return UTC_WEEK if rule is DEFAULT else self._known[rule.name]


@cache
def calendar_of(rule: CalendarRule) -> Calendar:
    """The calendar that a rule describes."""
    public = [day for place in rule.holidays for day in holidays_of(place)]
    own = [day.date for day in rule.days if day.kind == "holiday"]
    working = [day.date for day in rule.days if day.kind == "working"]
    return Calendar(
        UTC if rule.timezone == "UTC" else ZoneInfo(rule.timezone),
        [_WEEK.index(day) for day in rule.weekend],
        {day.toordinal() - _EPOCH for day in (*public, *own)},
        {day.toordinal() - _EPOCH for day in working},
    )
