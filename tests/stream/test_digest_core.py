"""Which days are due, and that a day is told once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from config.digest import DigestRules
from stream.digest.core import DigestCore, due_day

DAY = date(2026, 6, 28)


@dataclass
class Record:
    offset: int
    value: bytes


def tick(offset: int, day: str = "2026-06-28", *, again: bool = False) -> Record:
    return Record(offset, f'{{"day":"{day}","again":{str(again).lower()}}}'.encode())


@pytest.mark.parametrize(
    ("now", "timezone", "due"),
    [
        ("2026-06-29T07:59", "UTC", None),
        ("2026-06-29T08:00", "UTC", DAY),
        ("2026-06-29T23:59", "UTC", DAY),
        ("2026-06-29T06:00", "Europe/Berlin", DAY),
        ("2026-06-29T11:00", "America/New_York", None),
        ("2026-06-29T12:00", "America/New_York", DAY),
        ("2026-06-29T23:00", "Asia/Tokyo", DAY),
        ("2026-06-29T22:59", "Asia/Tokyo", None),
        ("2026-06-30T05:00", "Asia/Tokyo", DAY),  # the day before there was not over at 08:00
    ],
)
def test_yesterday_is_due_once_it_is_late_enough_locally(
    now: str, timezone: str, due: date | None
) -> None:
    """The time of day is that of finance's time zone."""
    rules = DigestRules.model_validate({"channel": "#finops", "at": "08:00", "timezone": timezone})
    assert due_day(datetime.fromisoformat(now).replace(tzinfo=UTC), rules) == due


def test_a_day_is_due_until_it_was_told_and_then_no_more() -> None:
    """Ticks of several workers and redelivered ones change nothing."""
    core = DigestCore()
    core.apply([tick(0), tick(1)])
    assert core.due == [DAY]
    core.told(DAY, {"slack": None})
    core.apply([tick(1), tick(2)])
    assert core.due == []


def test_a_day_can_be_asked_for_again() -> None:
    """Finance wants the corrected numbers."""
    core = DigestCore()
    core.apply([tick(0)])
    core.told(DAY, {})
    core.apply([tick(1, again=True)])
    assert core.due == [DAY]


def test_what_was_due_or_told_survives_a_restart() -> None:
    """The next owner sends what is due and nothing else."""
    core = DigestCore()
    states = dict(core.apply([tick(0), tick(1, "2026-06-27")]).states)
    states.update(core.told(DAY, {}).states)
    heir = DigestCore()
    heir.load({key: value for key, value in states.items() if value is not None})
    assert heir.due == [date(2026, 6, 27)]
    assert set(heir.sent) == {DAY}
    assert heir.apply([tick(1, "2026-06-26")]).states == {}


def test_a_tick_that_cannot_be_read_is_passed() -> None:
    """And noted."""
    core = DigestCore()
    core.apply([Record(0, b"{"), tick(1)])
    assert core.due == [DAY]
    assert len(core.unreadable) == 1
