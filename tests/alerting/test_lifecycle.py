"""The life of an anomaly, told bucket by bucket."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

import msgspec
import pytest
from alerting_examples import HOUR, KEY, START, bucket
from hypothesis import given
from hypothesis import strategies as st

from alerting.anomaly import Anomaly
from alerting.contributions import MAX_KEPT
from alerting.lifecycle import Observation, Track, elapsed, observe, restated
from config.detection import Thresholds
from detectors.rarity import Rareness

THRESHOLDS = Thresholds(min_impact=Decimal(5), min_impact_per_day=Decimal(20))
QUIET = 6  # buckets until an anomaly is over, by the default of six hours


def live(
    buckets: Iterable[Observation], thresholds: Thresholds = THRESHOLDS, track: Track | None = None
) -> tuple[Track | None, list[Anomaly]]:
    """Feed buckets; the last state and all that was told."""
    told = []
    for seen in buckets:
        track, news = observe(track, KEY, seen, thresholds, "defaults", ())
        told += [] if news is None else [news]
    return track, told


def hours(*costs: str, first: int = 0) -> list[Observation]:
    return [bucket(first + at, cost) for at, cost in enumerate(costs)]


@pytest.mark.parametrize(
    ("seen", "thresholds", "said"),
    [
        (bucket(0, "30"), {}, "anomalous"),
        (bucket(0, "30", score=0.99), {}, "normal"),
        (bucket(0, "30", score=1.0), {}, "anomalous"),
        (bucket(0, "30"), {"score": 2.5}, "normal"),
        (bucket(0, "30"), {"enabled": False}, "normal"),
        (bucket(0, "15"), {"min_change_percent": 50.0}, "anomalous"),
        (bucket(0, "14.99", score=2.0), {"min_change_percent": 50.0}, "normal"),
        (bucket(0, "30", expected=0.0), {"min_change_percent": 1e9}, "anomalous"),
        (bucket(0, "10.8", score=2.0), {"min_change_percent": 0.0}, "normal"),  # 19.20 a day
        (bucket(0, "10.9", score=2.0), {"min_change_percent": 0.0}, "anomalous"),  # 21.60 a day
        (bucket(0, "2"), {}, "anomalous"),
        (bucket(0, "2", direction="up"), {}, "normal"),
        (bucket(0, "10", score=9.0), {"min_change_percent": 0.0}, "normal"),
        (bucket(0, "30", expected=float("nan"), score=2.0), {}, "normal"),
    ],
)
def test_all_thresholds_must_hold(seen: Observation, thresholds: dict[str, Any], said: str) -> None:
    """A bucket is anomalous when it is enabled and score, percent and pace all reach the thresholds."""
    changed = THRESHOLDS.model_copy(update=thresholds)

    assert said == ("anomalous" if seen.is_anomalous(changed) else "normal")


def test_opens_when_impact_reaches_the_minimum() -> None:
    """Anomalous buckets add up in silence until their impact reaches the minimum."""
    big = THRESHOLDS.model_copy(update={"min_impact": Decimal(35)})

    track, told = live(hours("25", "25"), big)
    assert told == []

    _, told = live(hours("25", first=2), big, track)
    assert [("open", 1, Decimal(45))] == [(one.state, one.revision, one.impact) for one in told]
    assert told[0].started_at.timestamp() == START
    assert told[0].detected_at.timestamp() == START + 3 * HOUR


def test_pending_is_forgotten_without_a_word() -> None:
    """A pending anomaly is dropped once the quiet time has passed."""
    big = THRESHOLDS.model_copy(update={"min_impact": Decimal(35)})

    track, told = live(hours("25", *["10"] * QUIET), big)

    assert (track, told) == (None, [])


def test_one_record_from_opening_to_closing() -> None:
    """However many buckets it lasts, one anomaly has one id, and it ends with its last anomalous bucket."""
    track, told = live(hours("30", "30", "10", "30", *["10"] * QUIET))

    assert track is None
    assert len({one.anomaly_id for one in told}) == 1
    assert list(range(1, len(told) + 1)) == [one.revision for one in told]
    last = told[-1]
    assert last.state == "resolved"
    assert (last.ended_at.timestamp() if last.ended_at else None) == START + 4 * HOUR
    assert (Decimal(100), Decimal(40), Decimal(60)) == (last.actual, last.expected, last.impact)


def test_a_bucket_short_of_the_quiet_time_is_not_the_end() -> None:
    """An anomaly is over when its quiet time has passed, not one bucket earlier."""
    track, told = live(hours("30", *["10"] * (QUIET - 1)))

    assert track is not None
    assert [one.state for one in told] == ["open"]


def test_quiet_tail_does_not_count() -> None:
    """Normal buckets after the last anomalous one are in no total."""
    _, told = live(hours("30", *["11"] * QUIET))

    assert Decimal(20) == told[-1].impact


def test_normal_buckets_between_count_if_they_deviate_alike() -> None:
    """Between anomalous buckets those count that deviate in the anomaly's direction, others do not."""
    _, told = live(hours("30", "11", "9", "30", *["10"] * QUIET))

    assert Decimal(41) == told[-1].impact
    assert (Decimal(71), Decimal(30)) == (told[-1].actual, told[-1].expected)


def test_tells_again_only_what_is_news() -> None:
    """A growing anomaly is told again when its impact grew by a fifth, not with every bucket."""
    _, told = live(hours(*["30"] * 20))

    impacts = [one.impact for one in told]
    assert len(impacts) < 20
    assert all(later >= before * Decimal("1.2") for before, later in pairwise(impacts))


def test_severity_that_grew_is_news() -> None:
    """A graver severity is told at once, and severity never falls while the anomaly lasts."""
    steep = [*hours("30", "30"), bucket(2, "500"), *hours("30", "30", *["10"] * QUIET, first=3)]

    _, told = live(steep)

    assert [name for name, _ in groupby(one.severity for one in told)] == ["medium", "critical"]


def test_the_echo_of_a_spike_is_no_event() -> None:
    """Anomalous buckets of the other direction neither end nor change an open anomaly."""
    _, told = live(hours("30", "2", "-50", "30", *["10"] * QUIET))

    assert {"up"} == {one.direction for one in told}
    assert Decimal(40) == told[-1].impact


def test_pending_gives_way_to_the_larger_move() -> None:
    """A pending anomaly does not hide one that moves more money the other way."""
    high = THRESHOLDS.model_copy(update={"min_impact": Decimal(15)})

    _, told = live(hours("16", "1", "1"), high)

    assert [("down", Decimal(-18))] == [(one.direction, one.impact) for one in told]


def test_after_resolution_a_new_anomaly_begins() -> None:
    """The next event of a series has an id of its own and starts at revision 1."""
    _, told = live(hours("30", *["10"] * QUIET, "30"))

    assert [(o.state, o.revision) for o in told] == [("open", 1), ("resolved", 2), ("open", 1)]
    assert told[0].anomaly_id != told[2].anomaly_id


def test_sparse_series_end_one_and_begin_the_next() -> None:
    """Where a month lies between two buckets, the end is told first and the beginning right after."""
    track, told = live([bucket(0, "30"), bucket(720, "90")])
    assert [one.state for one in told] == ["open", "resolved"]
    assert track is not None

    track, news = elapsed(track, KEY, START + 800 * HOUR, THRESHOLDS, ())
    assert news is not None
    assert ("open", 1, Decimal(80)) == (news.state, news.revision, news.impact)

    assert track is not None
    track, news = elapsed(track, KEY, START + 801 * HOUR, THRESHOLDS, ())
    assert (track, news.state if news else None) == (None, "resolved")


@pytest.mark.parametrize(("kind", "a_day"), [("usage", 480), ("recurring", 20), ("credit", 20)])
def test_a_fee_is_no_pace(kind: str, a_day: int) -> None:
    """What comes once in an hour does not come 24 times a day, whatever its severity is made of."""
    key = msgspec.structs.replace(KEY, charge_kind=kind)
    _, news = observe(None, key, bucket(0, "30"), THRESHOLDS, "defaults", ())
    assert news is not None
    assert news.impact_per_day == a_day
    assert news.severity == ("medium" if kind == "usage" else "low")


def test_disabling_a_series_ends_its_anomaly() -> None:
    """An anomaly of a series that was switched off is resolved after its quiet time."""
    track, _ = live(hours("30"))

    _, told = live(hours(*["30"] * QUIET, first=1), Thresholds(enabled=False), track)

    assert [one.state for one in told] == ["resolved"]


def test_resolve_after_zero_keeps_neighbours_together() -> None:
    """Without a quiet time the first normal bucket ends an anomaly, and adjacent ones stay one."""
    at_once = THRESHOLDS.model_copy(update={"resolve_after": 0})

    _, told = live(hours("30", "30", "10"), at_once)

    assert [one.state for one in told] == ["open", "open", "resolved"]


class TestRestated:
    """Late charges."""

    def test_raise_the_impact(self) -> None:
        """A late charge of a fifth or more is told, as part of the impact."""
        track, _ = live(hours("30", "30"))
        assert track is not None

        _, news = restated(track, KEY, START, Decimal(10), ())

        assert news is not None
        assert (Decimal(50), Decimal(70), Decimal(10)) == (news.impact, news.actual, news.restated)

    def test_small_ones_ride_along(self) -> None:
        """A small late charge is no news by itself but is in the totals at the end."""
        track, _ = live(hours("30", "30"))
        assert track is not None

        track, news = restated(track, KEY, START, Decimal("0.07"), ())
        assert news is None

        _, told = live(hours(*["10"] * QUIET, first=2), track=track)
        assert Decimal("40.07") == told[-1].impact

    def test_retract(self) -> None:
        """An anomaly that a correction brings back to forecast is retracted and forgotten."""
        track, _ = live(hours("30"))
        assert track is not None

        track, news = restated(track, KEY, START, Decimal(-18), ())

        assert (track, news.state if news else None) == (None, "retracted")

    def test_open_a_pending_one(self) -> None:
        """A late charge can bring a pending anomaly over the minimum."""
        high = THRESHOLDS.model_copy(update={"min_impact": Decimal(25)})
        track, _ = live(hours("30"), high)
        assert track is not None

        _, news = restated(track, KEY, START, Decimal(10), ())

        assert ((news.state, news.revision) if news else None) == ("open", 1)

    @pytest.mark.parametrize("number", [-1, 1, 4])
    def test_elsewhere_change_nothing(self, number: int) -> None:
        """Charges of buckets that do not belong to the anomaly leave it as it was."""
        track, _ = live(hours("30", "9", "30"))
        assert track is not None

        assert (track, None) == restated(track, KEY, START + number * HOUR, Decimal(50), ())

    def test_of_the_tail_count_if_it_goes_on(self) -> None:
        """A late charge of a quiet bucket counts once a later anomalous one makes that bucket part of it."""
        track, _ = live(hours("30", "11"))
        assert track is not None

        track, news = restated(track, KEY, START + HOUR, Decimal(1), ())
        assert news is None

        _, told = live(hours("30", *["10"] * QUIET, first=2), track=track)
        assert Decimal(42) == told[-1].impact


def test_ids_are_stable() -> None:
    """The same series and start give the same id everywhere, and it is short and readable."""
    first, second = (live(hours("30"))[1][0].anomaly_id for _ in range(2))

    assert first == second
    assert len(first) == 12
    assert set(first[2:]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


costs = st.decimals(min_value=-50, max_value=500, places=4)


@given(st.lists(st.tuples(costs, st.floats(0, 100)), max_size=40), st.integers(0, 39))
def test_survives_a_restart_and_adds_up(rows: list[tuple[Decimal, float]], cut: int) -> None:
    """State written and read back at any point tells the same, and what is told adds up exactly."""
    buckets = [bucket(at, str(cost), usual) for at, (cost, usual) in enumerate(rows)]
    _, whole = live(buckets)
    track, told = live(buckets[:cut])
    encoded = msgspec.msgpack.encode(track)
    _, rest = live(buckets[cut:], track=msgspec.msgpack.decode(encoded, type=Track | None))

    assert whole == told + rest
    for one in whole:
        assert one.impact == one.actual - one.expected
        assert (one.impact > 0) is (one.direction == "up")
        assert abs(one.impact) >= THRESHOLDS.min_impact


def test_state_is_bounded() -> None:
    """An anomaly of many buckets with many contributors each stays small."""
    crowd = [
        bucket(at, "500", contributors={f"resource=i-{at}-{n}": float(n) for n in range(256)})
        for at in range(50)
    ]

    track, _ = live(crowd)

    assert track is not None
    assert len(track.counted.contributions) <= MAX_KEPT
    assert len(msgspec.msgpack.encode(track)) < 4_000


def test_an_anomaly_is_as_rare_as_its_strongest_bucket() -> None:
    """A weaker bucket afterwards does not make it more common, a stronger one makes it rarer."""
    seen = [
        bucket(0, "30", score=2.0, rareness=Rareness(once_in_days=9.0)),
        bucket(1, "60", score=4.0, rareness=Rareness(never_in_days=40.0)),
        bucket(2, "90", score=3.0, rareness=Rareness(once_in_days=20.0)),
    ]
    told = live(seen)[1]
    said = [(each.once_in_days, each.never_in_days) for each in told]
    assert said == [(9.0, None), (None, 40.0), (None, 40.0)]
