"""A rise of a few percent a day."""

import math
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

import msgspec
import pytest
from shapes import DAY, MONDAY, Point, company

from config.detection import Sensitivity
from detectors.creep import CHANNEL, Creep, CreepState
from detectors.errors import StateError

HOUR = 3600


def _growing(points: Iterable[Point], percent: float, first_day: int) -> Iterator[Point]:
    for time, value in points:
        days = max(0.0, (time - MONDAY) / DAY - first_day)
        yield time, value * (1 + percent / 100) ** days


def _days_alerted(points: Iterable[Point], step: int = HOUR) -> list[int]:
    creep, days = Creep(step), set()
    for time, value in points:
        verdict = creep.score(time, value, value)
        if verdict is not None and verdict.score >= 1:
            days.add((time - MONDAY) // DAY)
        creep.learn(time, value)
    return sorted(days)


@pytest.mark.parametrize("noise", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("seed", range(3))
def test_a_rise_of_three_percent_a_day_is_seen(seed: int, noise: float) -> None:
    """In about three weeks, whatever the day, the weekend and the noise of a series."""
    points = company(seed, weeks=10, step=HOUR, noise=noise)
    days = _days_alerted(_growing(points, 3, first_day=28))
    assert 28 + 12 <= days[0] <= 28 + 24
    assert days == list(range(days[0], 70)), "it is one event"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.1, 0.6])
def test_what_does_not_grow_is_no_creep(seed: int, noise: float) -> None:
    """Nor is what grows by one percent in four days."""
    points = company(seed, weeks=12, step=HOUR, noise=noise)
    assert _days_alerted(_growing(points, 0.25, first_day=14)) == []


@pytest.mark.parametrize(
    "factor",
    [
        lambda day: 2.0 if day >= 30 else 1.0,
        lambda day: 3.0 if day >= 33 else 1.0,
        lambda day: 20.0 if day == 35 else 1.0,
        lambda day: 4.0 if 30 <= day < 33 else 1.0,
        lambda day: 0.2 if 20 <= day < 30 else 1.0,
        lambda day: 0.0 if 20 <= day < 27 else 1.0,
    ],
    ids=["step of 2", "step of 3", "peak", "three days", "ten quiet days", "a week of nothing"],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_step_is_no_creep(seed: int, factor: Callable[[int], float]) -> None:
    """Steps, peaks and quiet weeks move the days of one third."""
    points = [
        (time, value * factor((time - MONDAY) // DAY))
        for time, value in company(seed, weeks=9, step=HOUR, noise=0.2)
    ]
    assert _days_alerted(points) == []


def test_it_ends_when_the_growth_does() -> None:
    """Within about two weeks of a level that stays."""
    points = company(1, weeks=12, step=HOUR, noise=0.2)
    grown = [
        (time, value * 1.03 ** min(max((time - MONDAY) / DAY - 28, 0), 21))
        for time, value in points
    ]
    days = _days_alerted(grown)
    assert days[-1] <= 28 + 21 + 15


def test_money_is_what_came_beyond_the_level_before() -> None:
    """The forecast less the growth is what was usual three weeks ago."""
    creep = Creep(DAY)
    for day in range(40):
        creep.learn(day * DAY, 100 * 1.04**day)
    now = 100 * 1.04**40
    verdict = creep.score(40 * DAY, now, now)
    assert verdict is not None
    assert verdict.expected == pytest.approx(now / 1.04**21, rel=1e-4)
    assert (verdict.direction, verdict.channel) == ("up", CHANNEL)
    assert creep.score(40 * DAY, verdict.upper, now) is None, "within the band nothing alerts"


def test_sensitivity_asks_for_more_or_less_growth() -> None:
    """Of 1.5 % a day ``high`` tells, of 2.4 % ``normal`` too, of 3.5 % ``low`` as well."""
    for percent, told in (
        (1.5, ["high"]),
        (2.4, ["normal", "high"]),
        (3.5, ["low", "normal", "high"]),
    ):
        creep = Creep(DAY)
        for day in range(40):
            creep.learn(day * DAY, (1 + percent / 100) ** day)
        words: tuple[Sensitivity, ...] = ("low", "normal", "high")
        assert [word for word in words if creep.score(40 * DAY, 9.0, 9.0, word)] == told


@pytest.mark.parametrize("step", [60, 300, HOUR, 21_600, DAY])
def test_a_restart_changes_nothing(step: int) -> None:
    """Saved and restored at any point, in a state of 200 bytes at most."""
    chance, lasting = Random(3), Creep(step)
    restarted = Creep(step)
    time = MONDAY
    while time < MONDAY + 40 * DAY:
        value = chance.choice([0.0, 5.0, 1e-12, 1e12, -3.0, math.nan, math.inf, 1e200])
        for one in (lasting, restarted):
            one.learn(time, value)
        if chance.random() < 0.05:
            saved = restarted.to_bytes()
            assert len(saved) <= 200
            restarted = Creep.from_bytes(saved)
        time += step * chance.choice([1, 1, 1, 40, 3000]) if step < HOUR else step
    assert restarted.to_bytes() == lasting.to_bytes()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e200])
def test_what_is_no_amount_is_left_out(value: float) -> None:
    """It says nothing, and nothing is learned of it."""
    creep = Creep(DAY)
    for day in range(30):
        creep.learn(day * DAY, 1.05**day)
    before = creep.to_bytes()
    assert creep.score(30 * DAY, value, 4.0) is None
    creep.learn(30 * DAY, value)
    assert creep.to_bytes() == before


@pytest.mark.parametrize("amounts", [[0.0], [-5.0], [7.0], [0.0, 5.0], [1e-12], [1e12]])
def test_plain_series_do_not_creep(amounts: list[float]) -> None:
    """Zeros, credits and constants of any size."""
    points = [(MONDAY + hour * HOUR, amounts[hour % len(amounts)]) for hour in range(24 * 60)]
    assert _days_alerted(points) == []


def test_growth_from_nothing_is_no_creep() -> None:
    """A service that begins is news of another kind."""
    points = [(MONDAY + hour * HOUR, max(0.0, hour - 20 * 24.0)) for hour in range(24 * 30)]
    assert _days_alerted(points) == []


def test_days_of_which_little_is_known_are_left_out() -> None:
    """A day with a quarter of its hours says nothing of its mean."""
    points = company(2, weeks=8, step=HOUR, noise=0.1)
    thin = [(time, value) for time, value in points if time // DAY % 3 or time % DAY < 6 * HOUR]
    assert _days_alerted(thin) == []


def test_late_points_of_a_day_that_is_over_are_left_out() -> None:
    """Time goes forward."""
    creep = Creep(HOUR)
    creep.learn(MONDAY + DAY, 5.0)
    before = creep.to_bytes()
    creep.learn(MONDAY, 7.0)
    assert creep.to_bytes() == before


def test_an_unreadable_state_is_refused() -> None:
    """Whatever is cut, foreign, of another version or impossible raises StateError."""
    creep = Creep(HOUR)
    for hour in range(24 * 30):
        creep.learn(MONDAY + hour * HOUR, 5.0)
    whole = creep.to_bytes()
    state = msgspec.msgpack.decode(whole, type=CreepState)
    changes: list[dict[str, Any]] = [
        {"step": 1}, {"version": 9}, {"kind": "other"}, {"days": b"123"}, {"days": bytes(4 * 29)},
        {"growth": math.nan}, {"growth": -1.0}, {"peak": 1e9}, {"sum": math.inf}, {"count": -1},
        {"days": b"\x00\x00\x80\x7f"},
    ]  # fmt: skip
    broken = [msgspec.msgpack.encode(msgspec.structs.replace(state, **one)) for one in changes]
    for data in (b"", whole[:-1], whole + b"\x00", *broken):
        with pytest.raises(StateError):
            Creep.from_bytes(data)


def test_what_any_writer_of_messagepack_made_is_read() -> None:
    """Its own bytes say each number in full length; shorter ones, as were written before, say the same."""
    creep = Creep(HOUR)
    for hour in range(24 * 30):
        creep.learn(MONDAY + hour * HOUR, 5.0 * 1.03 ** (hour // 24))
    whole = creep.to_bytes()
    shorter = msgspec.msgpack.encode(msgspec.msgpack.decode(whole, type=CreepState))
    assert len(shorter) < len(whole)
    again = Creep.from_bytes(shorter)
    assert again.to_bytes() == whole
    assert again.growth == creep.growth > 0.3


@pytest.mark.parametrize("step", [0, 59, 86_401])
def test_a_step_beyond_a_day_or_below_a_minute_is_refused(step: int) -> None:
    """Buckets are a minute to a day long."""
    with pytest.raises(ValueError, match="60 to 86400"):
        Creep(step)
