"""When unit cost tells a bucket, and what late usage is expected to cost."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from alerting_examples import HOUR, START, bucket

from alerting.lifecycle import Observation
from alerting.track import Track, begun, charged
from alerting.unit_cost import by_unit_cost, unit_of, used_late
from alerting.unit_sums import UnitSums
from config.detection import Thresholds
from detectors.unit_cost import UnitVerdict

THRESHOLDS = Thresholds(min_impact=Decimal(5), min_impact_per_day=Decimal(20))


def verdict(expected: float = 4.0, score: float = 2.0) -> UnitVerdict:
    return UnitVerdict("request", 100.0, expected, score)


def seen_by_unit(actual: str = "10", **changes: Any) -> Observation:
    return by_unit_cost(None, bucket(0, actual), verdict(**changes), {"model=a": 4.0}, THRESHOLDS)


def track() -> Track:
    """An hour that cost 10 where its 100 requests usually cost 4."""
    return begun(seen_by_unit(), THRESHOLDS, "defaults")


@pytest.mark.parametrize(
    ("actual", "changes", "channel"),
    [
        ("10", {}, "unit_cost"),  # spend as expected
        ("30", {}, "spike"),  # spend rose, which says it all
        ("5", {"expected": 2.0}, "unit_cost"),  # spend fell
        ("5", {"expected": 4.5}, "spike"),  # and unit cost hardly rose
        ("10", {"score": 0.9}, "spike"),
        ("10", {"expected": 9.0}, "spike"),  # 11 percent
        ("10", {"expected": 12.0}, "spike"),  # a fall of unit cost
    ],
)
def test_unit_cost_tells_what_spend_does_not(
    actual: str, changes: dict[str, Any], channel: str
) -> None:
    """A rise of spend is told as such; else a rise of unit cost is, where all thresholds hold."""
    assert seen_by_unit(actual, **changes).verdict.channel == channel


def test_the_money_is_that_of_the_volume() -> None:
    """Expected is what so many requests usually cost, and its contributors share that."""
    seen = seen_by_unit()
    assert (seen.expected, seen.deviation, seen.direction) == (Decimal(4), Decimal(6), "up")
    assert seen.contributors_expected == {"model=a": 4.0}
    assert seen.unit == UnitSums("request", 100.0, Decimal(10), Decimal(4))


def test_while_it_lasts_its_buckets_are_seen_by_it() -> None:
    """A bucket below the threshold counts with the same expectation, if a dear one follows."""
    quiet = verdict(score=0.5)
    seen = by_unit_cost(track(), bucket(1, "10"), quiet, {}, THRESHOLDS)
    assert (seen.verdict.channel, seen.expected) == ("unit_cost", Decimal(4))
    assert by_unit_cost(None, bucket(1, "10"), quiet, {}, THRESHOLDS).verdict.channel == "spike"
    assert unit_of(track()) == "request"
    assert unit_of(None) is None
    assert unit_of(msgspec.structs.replace(track(), channel="spike")) is None


@pytest.mark.parametrize(
    ("start", "requests", "delta", "expected"),
    [
        (START, 50, "5", "6"),  # fifty at four cents
        (START, -50, "-5", "2"),
        (START, -100, "-10", "4"),  # all is taken back: nothing to compare with
        (START, 0, "5", "4"),  # a correction of the price alone
        (START + HOUR, 50, "5", "4"),  # another bucket
        (START - HOUR, 50, "5", "4"),
    ],
)
def test_late_usage_is_expected_at_its_usual_cost(
    start: int, requests: int, delta: str, expected: str
) -> None:
    """It is no impact but for what it costs beyond that."""
    late = used_late(track(), start, Decimal(delta), requests, 0)
    assert late.counted.expected == Decimal(expected)
    assert late.newest.expected == Decimal(expected)
    if late != track():
        late = charged(late, start, Decimal(delta))
        assert late.impact == Decimal(10) + Decimal(delta) - Decimal(expected)
        assert late.counted.unit is not None
        assert late.counted.unit.actual == late.counted.actual


def test_other_anomalies_do_not_expect_late_usage() -> None:
    """What spend told is compared with the forecast of spend."""
    one = begun(bucket(0, "30"), THRESHOLDS, "defaults")
    assert used_late(one, START, Decimal(5), 50, 0) == one


def test_late_usage_of_a_quiet_bucket_waits_with_it() -> None:
    """It counts if the next anomalous bucket makes that bucket part of the anomaly."""
    waiting = msgspec.structs.replace(track(), until=START + 2 * HOUR)
    late = used_late(waiting, START + HOUR, Decimal(5), 50, 0)
    assert late.tail.expected == Decimal(2)
    assert late.counted == waiting.counted


def test_unit_cost_adds_up() -> None:
    """Over buckets it is the cost of all over the volume of all; a request may cost a thousandth of a cent."""
    one = UnitSums("request", 3.0, Decimal("0.00003"), Decimal("0.00001"))
    both = one.plus(UnitSums("request", 1.0, Decimal("0.00005"), Decimal("0.00001"))).told()
    assert both.actual == Decimal("0.00002")
    assert both.expected == Decimal("0.000005")
    assert one.plus(None) == one
    assert one.plus(UnitSums("1k tokens", 1.0, Decimal(1), Decimal(1))) == one
