"""The outlook of a series: its bands, how good it says it was, and its state."""

import math
import random
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import DAY, MONDAY, Point, company

from detectors.band import band
from detectors.engine import Detector
from detectors.errors import StateError
from detectors.outlook import Outlook, OutlookState

HOUR = 3600


def _run(points: Iterable[Point], step: int = HOUR) -> tuple[Detector, Outlook]:
    detector, outlook = Detector(step), Outlook(step)
    for time, value in points:
        outlook.take(time, value, detector.forecast(time))
        detector.learn(time, value)
        if not (time + step) % DAY:
            outlook.turn(time + step, detector.ahead(time + step))
    return detector, outlook


def _noise(seed: int, days: int, *, level: float = 0.0) -> list[Point]:
    """Lognormal hours around 20; ``level`` is how much the days' common level wanders, a day."""
    chance, at, points = random.Random(seed), 0.0, []
    for hour in range(24 * days):
        at += chance.gauss(0, level) / math.sqrt(24)
        points.append((MONDAY + hour * HOUR, 20 * math.exp(at + chance.gauss(0, 0.4))))
    return points


@pytest.mark.parametrize("level", [0.0, 0.15])
def test_bands_cover_four_of_five(level: float) -> None:
    """On seeded noise the bands of bucket and day hold about 80 %, whether the level wanders or not; that of a week more."""
    qualities = [_run(_noise(seed, 56, level=level))[1] for seed in range(6)]
    for of, most in (("bucket", 0.85), ("day", 0.92), ("week", 1.0)):
        found = [getattr(outlook, of).coverage for outlook in qualities]
        assert 0.75 <= sum(found) / len(found) <= most, of


def test_bands_are_learned_from_the_series() -> None:
    """A series that keeps to its forecast has a narrow band, a wild one a wide one."""
    calm = company(1, weeks=8, step=HOUR, noise=0.02)
    wild = company(1, weeks=8, step=HOUR, noise=1.0)
    widths = []
    for points in (calm, wild):
        detector, outlook = _run(points)
        now = points[-1][0] + HOUR
        forecast = outlook.until(now, now // DAY + 1, detector.ahead(now))
        widths.append((forecast.upper - forecast.lower) / forecast.expected)
    assert widths[0] < 0.25 < widths[1]


def test_a_level_that_wanders_widens_the_month() -> None:
    """Errors that stay add up, those of single days even out."""
    steady, wandering = (_run(_noise(5, 63, level=level)) for level in (0.0, 0.25))
    now = MONDAY + 63 * DAY

    def width(run: tuple[Detector, Outlook]) -> float:
        forecast = run[1].until(now, now // DAY + 28, run[0].ahead(now))
        return (forecast.upper - forecast.lower) / forecast.expected

    assert width(wandering) > 1.3 * width(steady)


def test_a_young_series_has_a_wide_band() -> None:
    """After a day of calm nobody knows the month: it may be half or half as much again."""
    points = [(MONDAY + hour * HOUR, 10.0) for hour in range(24)]
    detector, outlook = _run(points)
    now = MONDAY + DAY
    month = outlook.until(now, now // DAY + 29, detector.ahead(now))
    assert month.expected == pytest.approx(29 * 240.0, rel=0.01)
    assert month.lower < 0.6 * month.expected
    assert month.upper > 1.4 * month.expected


def test_what_is_over_has_no_band() -> None:
    """At the end of a span nothing is to come."""
    detector, outlook = _run(_noise(1, 10))
    now = MONDAY + 10 * DAY
    assert outlook.until(now, now // DAY, detector.ahead(now)) == (0.0, 0.0, 0.0)


def test_it_says_how_good_it_was() -> None:
    """WAPE and bias are those of the forecasts at midnight beside the days that came."""
    points = _noise(3, 20)
    detector, outlook, errors, came = Detector(HOUR), Outlook(HOUR), [], []
    made: float | None = None
    for time, value in points:
        outlook.take(time, value, detector.forecast(time))
        detector.learn(time, value)
        if (end := time + HOUR) % DAY:
            continue
        if made is not None:
            came.append(sum(amount for at, amount in points if end - DAY <= at < end))
            errors.append(made - came[-1])
        made = detector.ahead(end).today
        outlook.turn(end, detector.ahead(end))
    quality = outlook.day
    assert quality is not None
    assert quality.judged == 19  # of 20 days the first had no forecast
    assert quality.wape == pytest.approx(sum(map(abs, errors)) / sum(came), rel=1e-6)
    assert quality.bias == pytest.approx(sum(errors) / sum(came), abs=1e-6)


def test_a_series_of_nothing_has_no_wape() -> None:
    """There is nothing to be a share of."""
    _, outlook = _run((MONDAY + hour * HOUR, 0.0) for hour in range(24 * 10))
    assert outlook.day is not None
    assert (outlook.day.wape, outlook.day.coverage) == (None, 1.0)


def test_a_day_of_which_too_little_is_known_is_not_judged() -> None:
    """A gap of half a day is no error of the forecast, nor is the week around it."""
    gap = range(MONDAY + 10 * DAY, MONDAY + 10 * DAY + DAY // 2)
    whole = _run(_noise(4, 14))[1]
    holed = _run(point for point in _noise(4, 14) if point[0] not in gap)[1]
    assert whole.day is not None
    assert holed.day is not None
    assert (whole.day.judged, holed.day.judged) == (13, 12)
    assert whole.week is not None
    assert whole.week.judged == 7
    assert holed.week is not None
    assert holed.week.judged == 3  # those that end before the gap


def test_after_a_gap_of_days_old_forecasts_are_let_go() -> None:
    """A week that nobody saw is not judged by a forecast that was made for another one."""
    points = [p for p in _noise(4, 40) if not MONDAY + 12 * DAY <= p[0] < MONDAY + 31 * DAY]
    _, outlook = _run(points)
    assert outlook.day is not None
    assert outlook.day.judged == 11 + 8
    assert outlook.week is not None
    assert outlook.week.judged == 5 + 2  # those of the days 1 to 5, then those of 31 and 32


def test_the_band_of_credits_is_below_zero_too() -> None:
    """Roots have a sign."""
    lower, upper = band(-100.0, 2.0, signed=True)
    assert (lower, upper) == (-144.0, -64.0)


@given(st.floats(0, 1e12), st.floats(0, 1e6), st.booleans())
def test_a_band_holds_its_forecast(amount: float, half: float, signed: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the width, and below zero only where amounts are."""
    lower, upper = band(amount, half, signed=signed)
    assert lower <= amount * (1 + 1e-9)
    assert upper >= amount * (1 - 1e-9)
    assert signed or lower >= 0


@pytest.mark.parametrize("cut", [5, 24 * 9, 24 * 9 + 7])
def test_state_survives_a_restart(cut: int) -> None:
    """A copy from bytes goes on as the original does."""
    points = _noise(2, 21)
    _, expected = _run(points)
    detector, outlook = _run(points[:cut])
    detector = Detector.from_bytes(detector.to_bytes())
    outlook = Outlook.from_bytes(outlook.to_bytes(), HOUR)
    for time, value in points[cut:]:
        outlook.take(time, value, detector.forecast(time))
        detector.learn(time, value)
        if not (time + HOUR) % DAY:
            outlook.turn(time + HOUR, detector.ahead(time + HOUR))
    assert outlook.to_bytes() == expected.to_bytes()


def test_state_is_small() -> None:
    """Under half a kilobyte, however long it runs."""
    assert len(_run(_noise(2, 30))[1].to_bytes()) < 512


@pytest.mark.parametrize("data", [b"", b"\x93", b"\x94\xa7outlook\x01\xc4\x00\xc4\x00"])
def test_unreadable_state_is_refused(data: bytes) -> None:
    """Nothing is guessed."""
    with pytest.raises(StateError):
        Outlook.from_bytes(data, HOUR)


def test_infinite_state_is_refused() -> None:
    """A number that is not finite would spoil every band after it."""
    outlook = _run(_noise(2, 9))[1]
    data = outlook.to_bytes()
    broken = data.replace(data[-80:-72], b"\x00\x00\x00\x00\x00\x00\xf0\x7f")
    with pytest.raises(StateError):
        Outlook.from_bytes(broken, HOUR)


def test_an_impossible_amount_is_left_out() -> None:
    """What no detector learns spoils no measure."""
    outlook = Outlook(HOUR)
    before = outlook.to_bytes()
    outlook.take(MONDAY, math.inf, 1.0)
    outlook.take(MONDAY, 1.0, math.nan)
    assert outlook.to_bytes() == before


def test_series_share_nothing_that_changes() -> None:
    """One that has turned its first day leaves a new one as new ones are."""
    new = Outlook(HOUR).to_bytes()
    _run(company(1, weeks=2, step=HOUR, noise=0.1))
    assert Outlook(HOUR).to_bytes() == new


@pytest.mark.parametrize("days", [0, 1, 21])
def test_a_saved_outlook_is_an_outlook_state(days: int) -> None:
    """What is put together from its parts is what the state's form encodes to, before the first day and later."""
    saved = _run(_noise(1, days))[1].to_bytes()
    state = msgspec.msgpack.decode(saved, type=OutlookState)
    assert saved == msgspec.msgpack.encode(state)
