"""A rise of unit cost is found whatever the traffic does, and what is none is left alone."""

import math
import pickle
import random
from array import array
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import StateError
from detectors.tail import Tail
from detectors.unit_cost import Unit, UnitCost
from detectors.unit_level import FAR

HOUR, DAY = 3600, 86_400
START = 1_717_372_800  # Monday, 3 June 2024, 00:00 UTC
STEPS = (60, 300, 3600, 21_600, 86_400)
NO_COSTS = (math.nan, math.inf, -math.inf, 1e200, 0.0, -3.0)


class Bucket(NamedTuple):
    time: int
    cost: float
    requests: int
    tokens: int


costs = st.one_of(
    st.just(0.0),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(min_value=1e-12, max_value=1e12),
)
counts = st.one_of(st.integers(0, 3), st.integers(0, 10**15), st.just(10**30))
series = st.tuples(
    st.sampled_from(STEPS),
    st.lists(st.tuples(st.integers(1, 2000), costs, counts, counts), min_size=1, max_size=120),
)


def buckets(step: int, drawn: list[tuple[int, float, int, int]]) -> Iterator[Bucket]:
    time = START
    for steps, cost, requests, tokens in drawn:
        yield Bucket(time, cost, requests, tokens)
        time += step * (steps if steps > 1900 else 1)


def traffic(
    days: int, *, step: int = 600, requests: float = 300, noise: float = 0.1, seed: int = 1
) -> list[Bucket]:
    """Requests of a thousand tokens and a cent each, fewer at night; those of a bucket vary together."""
    chance = random.Random(seed)
    made = []
    for time in range(START, START + days * DAY, step):
        day = 1 + 0.6 * math.cos(2 * math.pi * (time % DAY / DAY - 0.6))
        count = max(1, round(requests * day * math.exp(chance.gauss(0, 0.2))))
        size = math.exp(chance.gauss(0, noise))
        cost = 0.01 * count * size * math.exp(chance.gauss(0, noise / 4))
        made.append(Bucket(time, cost, count, round(1000 * count * size)))
    return made


def fed(points: list[Bucket], step: int = 600) -> UnitCost:
    known = UnitCost(step)
    for each in points:
        known.learn(*each)
    return known


def scores(points: list[Bucket], step: int = 600, known: UnitCost | None = None) -> list[float]:
    """The score of each bucket before it is learned."""
    known = UnitCost(step) if known is None else known
    found = []
    for each in points:
        verdict = known.score(*each)
        found.append(0.0 if verdict is None else verdict.score)
        known.learn(*each)
    return found


def alerts(points: list[Bucket], step: int = 600, known: UnitCost | None = None) -> list[int]:
    return [place for place, score in enumerate(scores(points, step, known)) if score >= 1]


@pytest.mark.parametrize(
    ("step", "requests", "least"), [(300, 100, 40), (600, 300, 40), (3600, 2000, 5)]
)
@pytest.mark.parametrize("factor", [2.0, 10.0])
def test_a_rise_at_half_the_traffic_is_found_in_the_first_buckets(
    step: int, requests: int, least: int, factor: float
) -> None:
    """Spend is as it was, or its rise is small, and the cost of a unit is twice the usual or more."""
    points = traffic(10, step=step, requests=requests)
    start = 9 * DAY // step + least
    known = fed(points[:start], step)
    dear = [
        each._replace(
            cost=each.cost * factor / 2, requests=each.requests // 2, tokens=each.tokens // 2
        )
        for each in points[start : start + 6]
    ]
    assert alerts(dear, step, known)[0] <= (1 if factor == 10 else 3)


def test_the_money_is_what_the_volume_usually_costs() -> None:
    """Three hundred requests at a cent are expected at three, whatever they cost now and whatever spend is usual."""
    points = traffic(10, noise=0.02)
    known = fed(points)
    verdict = known.score(START + 10 * DAY, 90.0, 300, 300_000, unit="request")
    assert verdict is not None
    assert verdict.expected == pytest.approx(3.0, rel=0.1)
    assert (verdict.unit, verdict.volume) == ("request", 300.0)
    by_tokens = known.score(START + 10 * DAY, 90.0, 300, 600_000, unit="1k tokens")
    assert by_tokens is not None
    assert by_tokens.expected == pytest.approx(6.0, rel=0.1)


def test_one_odd_bucket_is_no_news() -> None:
    """A single bucket of five times the usual unit cost does not alert, a second one does."""
    points = traffic(10)
    known = fed(points)
    odd = Bucket(START + 10 * DAY, 15.0, 300, 300_000)
    assert scores([odd], known=known)[0] < 1
    assert alerts([odd._replace(time=odd.time + 600)], known=known) == [0]


@pytest.mark.parametrize("seed", [5, 6])
def test_buckets_of_single_requests_hardly_ever_alarm(seed: int) -> None:
    """Beside busy days are nights of one request a bucket, each of which costs what it likes: one alert in three weeks."""
    chance = random.Random(seed)
    points = [
        each._replace(cost=0.01 * math.exp(chance.gauss(0, 1)), requests=1, tokens=1000)
        if each.time % DAY < 6 * HOUR
        else each
        for each in traffic(21, requests=200)
    ]
    assert len(alerts(points)) <= 1


def test_a_fall_never_scores() -> None:
    """What became cheaper is no alert."""
    points = traffic(10)
    cheaper = [each._replace(cost=each.cost / 4) for each in points[-60:]]
    assert not any(scores(cheaper, known=fed(points[:-60])))


@pytest.mark.parametrize("step", [300, 600, 3600])
@pytest.mark.parametrize("factor", [1.5, 4.0, 10.0])
def test_a_dear_job_at_night_is_known_after_three_nights(step: int, factor: float) -> None:
    """Requests between two and three o'clock cost more each night: that is how this series is."""
    points = [
        each._replace(cost=each.cost * factor) if each.time % DAY // HOUR == 2 else each
        for each in traffic(14, step=step)
    ]
    nights = {points[place].time // DAY - START // DAY for place in alerts(points, step)}
    assert nights <= {0, 1, 2, 3}


def test_a_rise_at_day_is_found_beside_a_dear_job_at_night() -> None:
    """The hours of the job do not hide others."""
    points = [
        each._replace(cost=each.cost * 4) if each.time % DAY // HOUR == 2 else each
        for each in traffic(14)
    ]
    start = 13 * DAY // 600 + 60
    dear = [each._replace(cost=each.cost * 2) for each in points[start : start + 6]]
    assert alerts(dear, known=fed(points[:start]))


def test_a_new_level_is_accepted_after_half_a_day() -> None:
    """It alerts from its second bucket on, and is silent a day later."""
    points = traffic(12)
    start = 9 * DAY // 600
    dear = [each._replace(cost=each.cost * 3) for each in points[start:]]
    found = alerts(dear, known=fed(points[:start]))
    assert found[0] <= 2
    assert found[-1] <= 24 * 6
    assert len(found) >= 60


def test_a_unit_that_the_other_one_contradicts_needs_twice_the_evidence() -> None:
    """Longer requests at a lower price a token are often just other work; where both rise, each speaks for the other."""
    known = fed(traffic(10, noise=0.3))
    time = START + 10 * DAY
    found = {}
    for tokens in (0, 300_000, 2_000_000):
        copied = UnitCost.from_bytes(known.to_bytes())
        copied.learn(time, 15.0, 300, tokens)
        verdict = copied.score(time + 600, 15.0, 300, tokens, unit="request")
        assert verdict is not None
        found[tokens] = verdict.score
    assert found[2_000_000] == pytest.approx(found[0] / 2)
    assert found[300_000] > found[0] > 1


def test_the_message_can_say_which_unit_rose() -> None:
    """Longer answers make a request dearer, a dearer token makes both."""
    points = traffic(10, noise=0.02)
    for tokens, unit in ((300_000, "1k tokens"), (900_000, "request")):
        known = fed(points)
        known.learn(START + 10 * DAY, 9.0, 300, tokens)
        verdict = known.score(START + 10 * DAY + 600, 9.0, 300, tokens)
        assert verdict is not None
        assert (verdict.unit, verdict.score > 1) == (unit, True)


def test_a_series_that_counts_no_tokens_is_followed_by_its_requests() -> None:
    """And needs half the state."""
    points = [each._replace(tokens=0) for each in traffic(9)]
    known = fed(points)
    dear = [each._replace(time=each.time + 9 * DAY, cost=each.cost * 3) for each in points[:4]]
    assert alerts(dear, known=known)
    assert len(known.to_bytes()) <= 240


def test_a_series_without_usage_has_no_state() -> None:
    """Nothing is kept of what has no unit."""
    known = fed([Bucket(START + place * 600, 5.0, 0, 0) for place in range(50)])
    assert known.to_bytes() == b""
    assert known.score(START, 5.0, 0, 0) is None


@settings(max_examples=60, deadline=None)
@given(series)
def test_any_bucket_gives_a_finite_verdict(
    drawn: tuple[int, list[tuple[int, float, int, int]]],
) -> None:
    """Zeros, gaps, huge, tiny and impossible numbers neither raise nor leave traces of NaN."""
    step, made = drawn
    known = UnitCost(step)
    for each in buckets(step, made):
        for unit in (None, "request", "1k tokens"):
            verdict = known.score(*each, unit=unit)
            if verdict is not None:
                assert 0 <= verdict.score <= 100
                assert 0 < verdict.expected < math.inf
        known.learn(*each)


@settings(max_examples=40, deadline=None)
@given(series, st.integers(min_value=0, max_value=119))
def test_a_restart_changes_nothing(
    drawn: tuple[int, list[tuple[int, float, int, int]]], cut: int
) -> None:
    """Saved and restored anywhere, it goes on exactly as if nothing had happened."""
    step, made = drawn
    lasting, restarted = UnitCost(step), UnitCost(step)
    for place, each in enumerate(buckets(step, made)):
        if place == cut and restarted.to_bytes():
            restarted = UnitCost.from_bytes(restarted.to_bytes())
        assert lasting.score(*each) == restarted.score(*each)
        lasting.learn(*each)
        restarted.learn(*each)
    assert lasting.to_bytes() == restarted.to_bytes()


def test_scoring_changes_nothing() -> None:
    """Asked often, in any sensitivity and for any bucket, it learns nothing by it."""
    known = fed(traffic(3))
    before = known.to_bytes()
    for sensitivity in ("low", "normal", "high"):
        known.score(START + 3 * DAY, 500.0, 20, 20_000, sensitivity)
    assert known.to_bytes() == before


@pytest.mark.parametrize("cost", NO_COSTS)
def test_what_has_no_unit_cost_is_neither_scored_nor_learned(cost: float) -> None:
    """Nothing, credits, NaN and impossible sizes leave the state as it was."""
    known = fed(traffic(3))
    before = known.to_bytes()
    assert known.score(START + 3 * DAY, cost, 10, 1000) is None
    known.learn(START + 3 * DAY, cost, 10, 1000)
    assert known.to_bytes() == before


@pytest.mark.parametrize("cost", [1e-12, 1.0, 1e12])
def test_the_first_bucket_is_no_alert(cost: float) -> None:
    """Nothing is known of its unit cost."""
    assert UnitCost(600).score(START, cost, 10, 1000, "high") is None


def test_a_constant_unit_cost_is_silent_and_a_rise_of_it_is_seen() -> None:
    """A deviation of nothing is not infinitely rare: 3 % of unit cost are one at least."""
    points = [Bucket(START + place * 600, 3.0, 300, 300_000) for place in range(1500)]
    assert not any(scores(points))
    slightly = [each._replace(time=each.time + 15 * DAY, cost=3.09) for each in points[:6]]
    assert not alerts(slightly, known=fed(points))
    twice = [each._replace(cost=6.0) for each in slightly]
    assert alerts(twice, known=fed(points)) == [1, 2, 3, 4, 5]


def test_sensitivity_orders_the_scores() -> None:
    """High sensitivity scores a rise above normal, normal above low."""
    known = fed(traffic(9))
    known.learn(START + 9 * DAY, 5.0, 300, 300_000)
    found = []
    for sensitivity in ("low", "normal", "high"):
        verdict = known.score(START + 9 * DAY + 600, 5.0, 300, 300_000, sensitivity)
        assert verdict is not None
        found.append(verdict.score)
    assert 0 < found[0] < found[1] < found[2]


@pytest.mark.parametrize("step", STEPS)
def test_the_state_is_bounded(step: int) -> None:
    """After any number of buckets it takes at most 450 bytes."""
    known = UnitCost(step)
    for place in range(100_000 if step == 60 else 4000):
        known.learn(START + place * step, 10.0 * 1.7 ** (place % 23), 1 + place % 7, place % 5)
    assert len(known.to_bytes()) <= 450


def test_an_unreadable_state_is_refused() -> None:
    """Whatever is cut, foreign, of another version or impossible raises StateError, nothing else."""
    whole = fed(traffic(2)).to_bytes()
    kind, version, step, requests, tokens = msgspec.msgpack.decode(whole)
    impossible = array("f", [math.nan]) * (len(requests) // 4)
    foreign = [
        b"",
        b"\xc1",
        whole[:-1],
        whole + b"\x00",
        pickle.dumps({"a": 1}),
        msgspec.msgpack.encode([kind, version + 1, step, requests, tokens]),
        msgspec.msgpack.encode(["usage", version, step, requests, tokens]),
        msgspec.msgpack.encode([kind, version, 59, requests, tokens]),
        msgspec.msgpack.encode([kind, version, step, requests[:-4], tokens]),
        msgspec.msgpack.encode([kind, version, step, requests[:-1], tokens]),
        msgspec.msgpack.encode([kind, version, step, impossible.tobytes(), tokens]),
        msgspec.msgpack.encode([kind, version]),
        bytes(70_000),
    ]
    for data in foreign:
        with pytest.raises(StateError):
            UnitCost.from_bytes(data)


@pytest.mark.parametrize("flipped", [0x01, 0x40, 0x80, 0xFF])
def test_a_damaged_state_is_refused_or_works(flipped: int) -> None:
    """A state with bits of any one byte flipped raises StateError or gives one that works."""
    points = traffic(2)
    whole = fed(points).to_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= flipped
        try:
            known = UnitCost.from_bytes(bytes(damaged))
        except StateError:
            continue
        for each in points[:40]:
            verdict = known.score(*each, unit="request")
            assert verdict is None or 0 < verdict.expected < math.inf
            known.learn(*each)


@pytest.mark.parametrize("step", [0, -3600, 59, 86_401])
def test_a_step_beyond_a_day_or_below_a_minute_is_refused(step: int) -> None:
    """Buckets are a minute to a day long."""
    with pytest.raises(ValueError, match="60 to 86400"):
        UnitCost(step)


def test_a_tail_begins_where_a_point_is_far() -> None:
    """What is nearer leaves a tail's reach as it is, which `learn` relies on."""
    tail = Tail(0, 100.0)
    for deviation, is_beyond in ((FAR - 1e-9, False), (FAR + 1e-9, True)):
        numbers = array("d", [0.05, 0.45])
        tail.learn(numbers, deviation)
        assert (numbers[0] > 0.05, numbers[1] != 0.45) == (is_beyond, is_beyond)


@settings(max_examples=40, deadline=None)
@given(series, st.sampled_from([None, "request", "1k tokens"]))
def test_one_pass_is_score_and_learn(
    drawn: tuple[int, list[tuple[int, float, int, int]]], unit: Unit | None
) -> None:
    """A bucket that is taken gets the verdict that `score` gives it, and is learned as by `learn`."""
    step, made = drawn
    taken, learned = UnitCost(step), UnitCost(step)
    for each in buckets(step, made):
        assert taken.take(*each, unit=unit) == learned.score(*each, unit=unit)
        learned.learn(*each)
    assert taken.to_bytes() == learned.to_bytes()


def test_a_bucket_is_looked_at_before_it_is_learned() -> None:
    """A rise is compared with what was usual before it, the next one with more."""
    known = fed(traffic(3))
    time, before = START + 3 * DAY, known.score(START + 3 * DAY, 90.0, 300, 300_000, unit="request")
    taken = known.take(time, 90.0, 300, 300_000, unit="request")
    after = known.score(time, 90.0, 300, 300_000, unit="request")
    assert before is not None
    assert after is not None
    assert taken == before
    assert after.expected > before.expected
