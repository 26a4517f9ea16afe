"""Spend that is back to normal while its anomaly is not over, told bucket by bucket."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from alerting_examples import HOUR, KEY, START, bucket
from hypothesis import given
from hypothesis import strategies as st
from life_of_anomalies import assert_lives_are_sound

from alerting.anomaly import Anomaly
from alerting.level import Level
from alerting.lifecycle import Observation, Track, observe
from alerting.money import from_float
from alerting.unit_sums import UnitSums
from config.detection import Thresholds

DAY_LONG = Thresholds(resolve_after="24h", min_impact=Decimal(5), min_impact_per_day=Decimal(20))


def live(
    buckets: Iterable[Observation], thresholds: Thresholds, kind: str = "usage"
) -> list[Anomaly]:
    """All that is told of the buckets of a series."""
    key, told, track = msgspec.structs.replace(KEY, charge_kind=kind), [], None
    for seen in buckets:
        track, news = observe(track, key, seen, thresholds, "defaults", ())
        told += [] if news is None else [news]
    return told


def hours(*costs: str) -> list[Observation]:
    """Hourly buckets, of which 10 is expected."""
    return [bucket(at, cost, usual=10.0) for at, cost in enumerate(costs)]


def recoveries(told: Iterable[Anomaly]) -> list[int | None]:
    """Of each revision, the hour at which spend was back."""
    return [
        None if one.recovered_at is None else (int(one.recovered_at.timestamp()) - START) // HOUR
        for one in told
    ]


@pytest.mark.parametrize(
    ("resolve_after", "quiet"),
    [(24 * HOUR, 6), (8 * HOUR, 2), (4 * HOUR, 2), (3 * HOUR, 2)],
)
def test_told_after_a_quarter_of_the_quiet_time(resolve_after: int, quiet: int) -> None:
    """Spend is back after two buckets without an anomalous one, and a quarter of what would end the anomaly."""
    thresholds = DAY_LONG.model_copy(update={"resolve_after": resolve_after})

    assert recoveries(live(hours("30", *["10"] * (quiet - 1)), thresholds)) == [None]
    assert recoveries(live(hours("30", *["10"] * quiet), thresholds)) == [None, 1]


def test_it_is_over_where_the_quiet_time_is_as_short() -> None:
    """What ends within two buckets is resolved at once."""
    thresholds = DAY_LONG.model_copy(update={"resolve_after": 2 * HOUR})

    told = live(hours("30", "10", "10"), thresholds)

    assert [(one.state, one.recovered_at) for one in told] == [("open", None), ("resolved", None)]


def test_a_further_anomalous_bucket_takes_it_back() -> None:
    """It is told at once that spend is not back after all, and the next time it takes twice as long."""
    told = live(hours("30", *["10"] * 6, "30", *["10"] * 12, "30", *["10"] * 23), DAY_LONG)

    assert recoveries(told) == [None, 1, None, 8, None]
    assert {"open"} == {one.state for one in told}


def test_the_end_is_told_as_ever() -> None:
    """A resolved anomaly has its end, and no recovery."""
    *_, last = live(hours("30", *["10"] * 24), DAY_LONG)

    assert (last.state, last.recovered_at) == ("resolved", None)
    assert last.ended_at is not None
    assert last.ended_at.timestamp() == START + HOUR


@pytest.mark.parametrize("kind", ["recurring", "credit", "tax"])
def test_fees_never_recover(kind: str) -> None:
    """What is charged now and then is not back because nothing comes."""
    assert recoveries(live(hours("30", *["10"] * 12), DAY_LONG, kind)) == [None]


@pytest.mark.parametrize(
    ("after", "expected", "usual", "hour"),
    [
        ("10", 10.0, 10.0, 1),
        ("15.9", 10.0, 10.0, 1),  # as good as all of the way
        ("17", 10.0, 10.0, None),
        ("30", 30.0, 10.0, None),  # the forecast came to it
        ("5", 15.0, 5.0, 1),  # it was day, and is night
        ("15", 15.0, 5.0, None),  # three times what is usual at night as well
        ("2", 10.0, 10.0, 1),  # an echo of the other direction is quiet, too
        ("10", 10.0, None, None),  # nobody knows what is usual at this hour
    ],
)
def test_a_forecast_that_followed_is_no_recovery(
    after: str, expected: float, usual: float | None, hour: int | None
) -> None:
    """Spend itself must have come back to what it was at these hours."""
    quiet = [bucket(1 + at, after, expected, score=0.5, usual=usual) for at in range(12)]

    told = live([bucket(0, "30", usual=10.0), *quiet], DAY_LONG)

    assert recoveries(told)[-1] == hour


@pytest.mark.parametrize(("cost", "hour"), [("5", 1), ("14", None)])
def test_unit_cost_recovers_by_the_volume(cost: str, hour: int | None) -> None:
    """Half the requests at the usual cost each are back, however much they cost at other times."""

    def of_unit(at: int, actual: str, volume: float, expected: float) -> Observation:
        unit = UnitSums("request", volume, Decimal(actual), from_float(expected))
        score = 2.0 if at == 0 else 0.5
        return bucket(at, actual, expected, unit=unit, usual=10.0, score=score)

    quiet = [of_unit(at, cost, 50.0, 5.0) for at in range(1, 12)]

    assert recoveries(live([of_unit(0, "30", 100.0, 10.0), *quiet], DAY_LONG))[-1] == hour


def test_a_fall_recovers_as_a_rise_does() -> None:
    """Spend that had fallen is back once it has risen."""
    told = live(hours("1", "1", "1", *["10"] * 6), DAY_LONG)

    assert recoveries(told)[-1:] == [3]
    assert told[-1].direction == "down"


@given(
    st.lists(st.sampled_from(["10", "10", "10", "11", "30", "2", "80"]), max_size=80),
    st.integers(0, 30),
)
def test_spend_that_comes_and_goes_is_told_a_few_times(costs: list[str], quiet: int) -> None:
    """However often spend comes back, each anomaly says so at most twice, and every life is sound."""
    thresholds = DAY_LONG.model_copy(update={"resolve_after": quiet * HOUR})

    told = live(hours(*costs), thresholds)

    assert_lives_are_sound(told)
    by_id: dict[str, list[Anomaly]] = {}
    for one in told:
        by_id.setdefault(one.anomaly_id, []).append(one)
    for life in by_id.values():
        again = [one.recovered_at for one in life]
        begins = sum(now is not None and now != before for before, now in pairwise([None, *again]))
        assert begins <= 2


def test_a_track_of_an_older_version_goes_on() -> None:
    """A state that was written before spend could recover is read as one that has not."""
    track, _ = observe(None, KEY, bucket(0, "30", usual=10.0), DAY_LONG, "defaults", ())
    assert track is not None
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(msgspec.msgpack.encode(track))[:-4])

    assert msgspec.msgpack.decode(older, type=Track) == msgspec.structs.replace(
        track, level=Level()
    )
