"""How rare what came is said to be."""

import math
import random
from collections.abc import Iterable
from statistics import median

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import StateError
from detectors.peaks import KEPT, MOST_KEPT, START, Peaks
from detectors.rarity import KIND, UNKNOWN, VERSION, Rareness, Rarity, RarityState

HOUR, DAY = 3600, 86_400
QUIET = 0.1

strengths = st.lists(
    st.tuples(st.integers(1, 400), st.floats(0, 2000), st.booleans()), max_size=60
)  # hours to the next point, strength, whether it rose


def _learned(points: Iterable[tuple[int, float]], until: int, *, up: bool = True) -> Rarity:
    """Hours of points of no strength, but for the given ones."""
    rarity, strong = Rarity(), dict(points)
    for hour in range(until):
        rarity.settle(hour * HOUR)
        rarity.learn(hour * HOUR, strong.get(hour, QUIET), up=up)
    return rarity


def _every(days: int, strength: float, until: int) -> Rarity:
    return _learned(((day * 24, strength) for day in range(4, until, days)), until * 24)


@pytest.mark.parametrize(("days", "strength"), [(2, 0.9), (5, 1.3), (10, 1.3), (10, 8.0)])
def test_what_comes_regularly_is_called_so(days: int, strength: float) -> None:
    """A job of one strength is said to come about as often as it does."""
    said = _every(days, strength, until=90).of(90 * DAY, strength, up=True).once_in_days
    assert said is not None
    assert 0.6 * days < said < 1.6 * days


def test_random_incidents_are_called_right_on_average() -> None:
    """Of incidents with a tail, once in 20 days is said about so, and seldom off by more than 2.5 times."""
    said = []
    for seed in range(30):
        chance = random.Random(seed)
        hours = [hour for hour in range(100, 24 * 120) if chance.random() < 1 / 48]
        points = [(hour, START * math.exp(chance.expovariate(4))) for hour in hours]
        level = START * 10 ** (1 / 4)  # one in ten of what comes every second day
        rareness = _learned(points, 24 * 120).of(120 * DAY, level, up=True)
        said.append(rareness.once_in_days or 120)
    assert 13 < median(said) < 27
    assert sum(8 < days < 50 for days in said) >= 24


def test_points_up_to_six_hours_apart_are_one() -> None:
    """A storm of a day counts as much as its strongest hour."""
    storm = [(day * 24 + hour, 1.5) for day in range(4, 60, 10) for hour in range(0, 24, 6)]
    peaks = [(day * 24, 1.5) for day in range(4, 60, 10)]
    of_storm, of_peaks = (
        _learned(points, 61 * 24).of(61 * DAY, 1.5, up=True).once_in_days
        for points in (storm, peaks)
    )
    assert of_storm == pytest.approx(of_peaks, rel=0.05)


def test_nothing_is_said_beyond_what_was_watched() -> None:
    """What never came is said so; what came once in 40 days is not called rarer than that."""
    rarity = _learned([(100, 3.0)], 40 * 24)
    assert rarity.of(40 * DAY, 5.0, up=True) == Rareness(never_in_days=40.0)
    once = rarity.of(40 * DAY, 3.0, up=True)
    assert once.once_in_days is not None
    assert once.once_in_days <= 40
    assert rarity.of(40 * DAY, 3.0, up=False) == Rareness(never_in_days=40.0)


@pytest.mark.parametrize(("days", "strength"), [(6, 3.0), (30, 0.5)])
def test_nothing_is_said_of_young_series_and_weak_points(days: int, strength: float) -> None:
    """Before a week, and below the start of the tail, it is not known."""
    assert _learned([], days * 24).of(days * DAY, strength, up=True) == UNKNOWN


def test_the_incident_under_way_is_not_its_own_past() -> None:
    """The second hour of what never came before never came before."""
    rarity = _learned([(30 * 24 - 1, 4.0)], 30 * 24)
    assert rarity.of(30 * DAY, 4.0, up=True).never_in_days == 30.0


def test_what_came_long_ago_is_forgotten() -> None:
    """A series that was restless for two months and quiet for four is a quiet one."""
    restless = _learned([(day * 24, 1.2) for day in range(4, 60)], 60 * 24)
    quiet = _learned([(day * 24, 1.2) for day in range(4, 60)], 180 * 24)
    before = restless.of(60 * DAY, 1.2, up=True).once_in_days
    after = quiet.of(180 * DAY, 1.2, up=True).once_in_days
    assert before is not None
    assert after is not None
    assert before < 2
    assert after > 8


def test_stronger_is_never_more_frequent() -> None:
    """Days grow with strength."""
    rarity = _learned([(day * 24, 0.7 + day % 7 / 5) for day in range(4, 60, 2)], 60 * 24)
    said = [rarity.of(60 * DAY, each / 20, up=True).once_in_days for each in range(13, 60)]
    known = [days for days in said if days is not None]
    assert len(known) > 10
    assert known == sorted(known)


def test_a_restless_series_asks_for_more() -> None:
    """What comes once in three weeks lies above the bar where every second day has an incident, below it elsewhere."""
    assert _every(2, 1.1, until=40).strength_once_in(21, 40 * DAY, up=True) > 1.2
    assert _every(20, 1.1, until=40).strength_once_in(21, 40 * DAY, up=True) < 1.0
    assert Rarity().strength_once_in(21, 40 * DAY, up=True) == 0.0


@given(strengths, st.integers(0, 59))
def test_a_restart_changes_nothing(points: list[tuple[int, float, bool]], cut: int) -> None:
    """Saved and restored anywhere, it goes on as if nothing had happened, and all it says is finite."""
    lasting, restarted, time = Rarity(), Rarity(), 0
    for index, (hours, strength, up) in enumerate(points):
        time += hours * HOUR
        if index == cut:
            restarted = Rarity.from_bytes(restarted.to_bytes())
        lasting.settle(time)
        restarted.settle(time)
        said = lasting.of(time, strength, up=up)
        assert said == restarted.of(time, strength, up=up)
        assert said.once_in_days is None or 0 < said.once_in_days < math.inf
        assert math.isfinite(lasting.strength_once_in(21, time, up=up))
        lasting.learn(time, strength, up=up)
        restarted.learn(time, strength, up=up)
    assert lasting.to_bytes() == restarted.to_bytes()
    assert len(lasting.to_bytes()) <= 600


def _state(**changes: object) -> bytes:
    peaks = msgspec.structs.replace(Peaks(), **changes)
    return msgspec.msgpack.encode(RarityState(KIND, VERSION, 0, peaks, None))


@pytest.mark.parametrize(
    "data",
    [
        b"\xc1",
        b"\x93\xa5other\x01\x00",
        msgspec.msgpack.encode([KIND, VERSION + 1, 0, None, None]),
        msgspec.msgpack.encode(RarityState(KIND, VERSION, 1 << 63, None, None)),
        _state(excess=math.nan),
        _state(reach=0.0),
        _state(count=-1.0),
        _state(height=math.inf),
        _state(last=1 << 63),
        _state(kept=KEPT.pack(0, math.nan)),
        _state(kept=KEPT.pack(0, 1.0) * (MOST_KEPT + 1)),
        _state(kept=b"1234"),
    ],
)
def test_an_impossible_state_is_refused(data: bytes) -> None:
    """What no points can have given raises `StateError`."""
    with pytest.raises(StateError):
        Rarity.from_bytes(data)


def test_no_state_is_a_beginning() -> None:
    """A record of before has none."""
    assert Rarity.from_bytes(b"").to_bytes() == Rarity().to_bytes() == b""
