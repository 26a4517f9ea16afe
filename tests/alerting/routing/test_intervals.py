"""When a route is mute."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_rules import rules_of

from alerting.routing.intervals import holds, muted_by
from alerting.routing.target import Target
from config.intervals import Interval


def _interval(**fields: Any) -> Interval:
    return Interval.model_validate({"name": "x", **fields})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHT = {"times": ["18:00-08:00"]}
FRIDAY_NIGHT = {"times": ["18:00-08:00"], "weekdays": ["friday"]}
BERLIN = {"timezone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("fields", "moment", "expected"),
    [
        ({"times": ["08:00-18:00"]}, "2026-03-02T07:59", False),
        ({"times": ["08:00-18:00"]}, "2026-03-02T08:00", True),
        ({"times": ["08:00-18:00"]}, "2026-03-02T17:59:59", True),
        ({"times": ["08:00-18:00"]}, "2026-03-02T18:00", False),
        ({"times": ["22:00-24:00"]}, "2026-03-02T23:59:59", True),
        ({"times": ["22:00-24:00"]}, "2026-03-03T00:00", False),
        ({"times": ["22:00-00:00"]}, "2026-03-02T23:59:59", True),
        ({"times": ["22:00-00:00"]}, "2026-03-03T00:00", False),
        ({"times": ["01:00-02:00", "03:00-04:00"]}, "2026-03-02T03:30", True),
        # over midnight
        (NIGHT, "2026-03-02T17:59", False),
        (NIGHT, "2026-03-02T18:00", True),
        (NIGHT, "2026-03-03T00:00", True),
        (NIGHT, "2026-03-03T07:59", True),
        (NIGHT, "2026-03-03T08:00", False),
        # the morning after belongs to the evening before
        (FRIDAY_NIGHT, "2026-03-06T07:00", False),
        (FRIDAY_NIGHT, "2026-03-06T19:00", True),
        (FRIDAY_NIGHT, "2026-03-07T07:00", True),
        (FRIDAY_NIGHT, "2026-03-07T19:00", False),
        ({**NIGHT, "days_of_month": [-1]}, "2026-03-01T03:00", True),
        ({**NIGHT, "years": [2026]}, "2027-01-01T03:00", True),
        # weekdays
        ({"weekdays": ["saturday", "sunday"]}, "2026-03-07T00:00", True),
        ({"weekdays": ["saturday", "sunday"]}, "2026-03-09T00:00", False),
        ({"weekdays": ["friday:monday"]}, "2026-03-09T12:00", True),
        ({"weekdays": ["friday:monday"]}, "2026-03-10T12:00", False),
        # days of the month
        ({"days_of_month": [-1]}, "2026-02-28T12:00", True),
        ({"days_of_month": [-1]}, "2028-02-28T12:00", False),
        ({"days_of_month": [-1]}, "2028-02-29T12:00", True),
        ({"days_of_month": ["-3:-1"]}, "2026-04-28T00:00", True),
        ({"days_of_month": ["-3:-1"]}, "2026-04-27T23:59", False),
        ({"days_of_month": [31]}, "2026-04-30T12:00", False),
        ({"days_of_month": ["25:-1"]}, "2026-02-27T12:00", True),
        ({"days_of_month": ["29:31"]}, "2026-02-28T12:00", False),
        ({"days_of_month": ["1:3"]}, "2026-02-03T23:59", True),
        # months and years
        ({"months": ["november:february"]}, "2026-01-15T12:00", True),
        ({"months": ["november:february"]}, "2026-03-01T00:00", False),
        ({"months": [12], "days_of_month": ["24:26"]}, "2026-12-25T12:00", True),
        ({"months": [12], "days_of_month": ["24:26"]}, "2026-11-25T12:00", False),
        ({"years": ["2026:2027"]}, "2028-01-01T00:00", False),
        # the local clock decides
        ({**BERLIN, "weekdays": ["saturday"]}, "2026-03-06T23:00", True),
        ({**BERLIN, "weekdays": ["saturday"]}, "2026-03-06T22:59", False),
        ({**BERLIN, "times": ["08:00-09:00"]}, "2026-03-28T07:30", True),
        ({**BERLIN, "times": ["08:00-09:00"]}, "2026-03-29T06:30", True),
        ({**BERLIN, "times": ["08:00-09:00"]}, "2026-03-29T07:30", False),
        # an hour that is skipped, and one that comes twice (02:00 to 03:00 on the 29th of March, 25th of October)
        ({**BERLIN, "times": ["02:00-03:00"]}, "2026-03-29T00:59", False),
        ({**BERLIN, "times": ["02:00-03:00"]}, "2026-03-29T01:00", False),
        ({**BERLIN, "times": ["02:00-03:00"]}, "2026-10-25T00:30", True),
        ({**BERLIN, "times": ["02:00-03:00"]}, "2026-10-25T01:30", True),
        ({**BERLIN, "times": ["02:00-03:00"]}, "2026-10-25T02:00", False),
        ({**BERLIN, "times": ["22:00-02:30"]}, "2026-10-25T01:29", True),
        ({**BERLIN, "times": ["22:00-02:30"]}, "2026-10-25T01:30", False),
    ],
)  # fmt: skip
def test_an_interval_holds_by_the_local_clock(
    fields: dict[str, Any], moment: str, *, expected: bool
) -> None:
    """Hours, days, months and years, over midnight, at the change of clocks and at the end of a month."""
    assert expected == holds(_interval(**fields), at(moment))


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (the strategy wants them naive)
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"]),
)
def test_day_and_night_are_opposites(moment: datetime, zone: str) -> None:
    """Hours over midnight hold exactly when those between them do not."""
    night = _interval(timezone=zone, times=["18:00-08:00"])
    day = _interval(timezone=zone, times=["08:00-18:00"])
    assert holds(night, moment) != holds(day, moment)
    assert holds(night, moment) == holds(night, moment.astimezone(ZoneInfo("Asia/Tokyo")))


def test_a_moment_needs_a_time_zone() -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="time zone"):
        holds(_interval(weekdays=["monday"]), datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)


RULES = rules_of("""
intervals:
  - {name: nights, times: ["18:00-08:00"]}
  - {name: weekends, weekdays: ["saturday:sunday"]}
  - {name: office, times: ["08:00-18:00"]}
  - {name: tuesdays, weekdays: [tuesday]}
""")
MONDAY = at("2026-03-02T00:00")


@pytest.mark.parametrize(
    ("mute", "active", "hours", "expected"),
    [
        ((), (), 12, None),
        (("nights",), (), 12, None),
        (("nights",), (), 20, "nights"),
        (("weekends", "nights"), (), 20, "nights"),
        ((), ("office",), 12, None),
        ((), ("office",), 20, "outside office"),
        ((), ("office", "tuesdays"), 20, "outside office, tuesdays"),
        ((), ("office", "tuesdays"), 44, None),
        (("weekends",), ("office",), 5 * 24 + 12, "weekends"),
        (("weekends",), ("office",), 12, None),
        (("gone",), ("gone",), 12, None),
        (("gone", "nights"), ("gone", "office"), 20, "nights"),
        ((), ("gone", "office"), 20, "outside office"),
    ],
)
def test_a_target_is_mute_within_or_outside_of_intervals(
    mute: tuple[str, ...], active: tuple[str, ...], hours: int, expected: str | None
) -> None:
    """Any of `mute` keeps it quiet, and so does none of `active`."""
    target = Target(route="x", places=(), fallback=(), mute=mute, active=active)
    assert expected == muted_by(RULES, target, MONDAY + timedelta(hours=hours))
