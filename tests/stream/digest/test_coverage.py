"""A digest waits until each source has come to the day's end, unless somebody asks for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec
import pytest

from stream.digest.core import DigestCore
from stream.digest.coverage import waited_for
from tests.alerting_examples import spend

DAY = date(2026, 6, 28)


def reached(*ends: tuple[str, str]) -> tuple[str, ...]:
    """What is waited for when each source has come so far."""
    records = [
        msgspec.structs.replace(
            spend("1"), source=source, bucket_end=datetime.fromisoformat(end).replace(tzinfo=UTC)
        )
        for source, end in ends
    ]
    return waited_for(DAY, records)


@pytest.mark.parametrize(
    ("ends", "waited"),
    [
        ([("usage", "2026-06-29T00:00")], ()),
        ([("usage", "2026-06-28T23:55")], ("usage",)),
        ([("usage", "2026-06-29T08:00"), ("billing", "2026-06-28T14:00")], ("billing",)),
        ([("billing", "2026-06-29T01:00"), ("billing", "2026-06-28T14:00")], ()),
        ([], ("any source",)),
    ],
)
def test_a_day_is_complete_when_every_source_has_come_to_its_end(
    ends: list[tuple[str, str]], waited: tuple[str, ...]
) -> None:
    """A deployment without a bill does not wait for one."""
    assert reached(*ends) == waited


@dataclass
class Tick:
    offset: int
    value: bytes


def tick(offset: int, day: str, *, again: bool = False) -> Tick:
    return Tick(offset, msgspec.json.encode({"day": day, "again": again}))


def test_a_day_waits_until_it_is_asked_for_or_a_newer_one_is_due() -> None:
    """So that a source that has ended does not hold a digest back for ever."""
    core = DigestCore()
    core.apply([tick(0, "2026-06-27")])
    assert core.may_wait(date(2026, 6, 27))
    core.apply([tick(1, "2026-06-28")])
    assert not core.may_wait(date(2026, 6, 27))
    assert core.may_wait(DAY)
    core.apply([tick(2, "2026-06-28", again=True)])
    assert not core.may_wait(DAY)


def test_that_somebody_asked_survives_a_restart_and_ends_with_the_digest() -> None:
    """The next owner sends it at once, and the day after that waits again."""
    core = DigestCore()
    states = dict(core.apply([tick(0, "2026-06-28", again=True)]).states)
    heir = DigestCore()
    heir.load({key: value for key, value in states.items() if value is not None})
    assert not heir.may_wait(DAY)
    states |= heir.told(DAY, {}).states
    last = DigestCore()
    last.load({key: value for key, value in states.items() if value is not None})
    assert last.asked == set()
    assert last.due == []
