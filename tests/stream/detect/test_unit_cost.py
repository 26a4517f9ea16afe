"""A rise of unit cost as the stage sees it: when it is told, with which money, and what late charges make of it."""

import math
import random
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alerting.anomaly import Anomaly
from alerting.render.cause import likely_cause
from alerting.series import SeriesKey
from config.detection import Detection, Thresholds
from config.thresholds import ThresholdBook
from detectors.errors import StateError
from stream.detect.bucket import OpenBucket, Totals
from stream.detect.model import SeriesModel
from stream.detect.packed import encode, read
from stream.detect.records import ModelRecord
from stream.detect.restating import restate

STEP, DAY = 600, 86_400
START = 1_717_372_800  # Monday, 3 June 2024, 00:00 UTC
KEY = SeriesKey("usage", "search", "OpenAI", "production", "usage", "USD")
Line = tuple[int, OpenBucket]


def model(**thresholds: Any) -> SeriesModel:
    return SeriesModel(KEY, STEP, ThresholdBook(Detection(defaults=Thresholds(**thresholds))))


def bucket(cost: float, requests: int, tokens: int, **counts: int) -> OpenBucket:
    exact = Decimal(f"{cost:.6f}")
    totals = Totals(exact, 1, requests, input_tokens=tokens, **counts)
    return OpenBucket(totals, {"model=gpt-4o": float(exact)})


def traffic(days: int, *, swing: float = 0.6) -> list[Line]:
    """Five cents a request of a thousand tokens, by day more of them than at night."""
    chance = random.Random(7)
    made = []
    for time in range(START, START + days * DAY, STEP):
        day = 1 + swing * math.cos(2 * math.pi * (time % DAY / DAY - 0.6))
        count = round(300 * day * math.exp(chance.gauss(0, 0.2)))
        tokens = round(1000 * count * math.exp(chance.gauss(0, 0.05)))
        made.append((time, bucket(0.00005 * tokens, count, tokens)))
    return made


def changed(lines: list[Line], price: float, volume: float, **counts: int) -> list[Line]:
    """The same at another price a token and at other traffic."""
    made = []
    for time, one in lines:
        cost, requests = float(one.totals.cost) * price * volume, one.totals.requests * volume
        tokens = round(one.totals.input_tokens * volume)
        made.append((time, bucket(cost, round(requests), tokens, **counts)))
    return made


def closed(known: SeriesModel, lines: list[Line]) -> list[Anomaly]:
    told = []
    for time, one in lines:
        _, news = known.close(time, one)
        told += [] if news is None else [news]
    return told


USUAL = traffic(12)
AT = 10 * DAY // STEP + 60  # ten o'clock
BEFORE, AFTER = USUAL[:AT], USUAL[AT : AT + 18]


def learned(**thresholds: Any) -> SeriesModel:
    known = model(**thresholds)
    assert closed(known, BEFORE) == []
    return known


def test_a_rise_that_spend_does_not_show_is_told_with_its_money() -> None:
    """Half the requests at twice the price: half of the spend is beyond what that volume usually costs."""
    known = learned()
    dear = changed(AFTER, 2.0, 0.5)
    told = closed(known, dear)
    assert told
    assert (told[0].channel, told[0].direction, told[0].state) == ("unit_cost", "up", "open")
    assert told[0].detected_at.timestamp() - dear[0][0] <= 3 * STEP
    last = told[-1]
    assert float(last.expected) == pytest.approx(float(last.actual) / 2, rel=0.1)
    assert last.impact == last.actual - last.expected
    assert last.unit_cost is not None
    assert float(last.unit_cost.actual / last.unit_cost.expected) == pytest.approx(2.0, rel=0.1)
    assert last.requests_ratio == pytest.approx(0.5, rel=0.3)


def test_the_message_names_unit_and_requests() -> None:
    """Which unit rose, by how much, and at how much traffic."""
    told = closed(learned(), changed(AFTER, 3.0, 0.5))
    cause = likely_cause(told[-1])
    assert cause is not None
    assert cause.startswith(
        ("cost per request 3.", "cost per 1k tokens 3.", "cost per 1k tokens 2.9")
    )
    assert "its usual, at 0." in cause


def test_without_counts_nothing_is_told() -> None:
    """The same money without requests is within its band."""
    lines = [
        (time, OpenBucket(Totals(one.totals.cost, 1), one.contributors))
        for time, one in [*BEFORE, *changed(AFTER, 2.0, 0.5)]
    ]
    assert closed(model(), lines) == []


def test_a_fall_of_unit_cost_is_no_alert() -> None:
    """Twice the requests at half the price are good news."""
    assert closed(learned(), changed(AFTER, 0.5, 2.0)) == []


def test_a_rise_of_spend_is_told_as_such() -> None:
    """Where spend itself is far above its forecast, that is the news."""
    told = closed(learned(), changed(AFTER[:3], 6.0, 1.0))
    assert told[0].channel != "unit_cost"
    assert told[0].unit_cost is None


def test_a_fall_of_spend_does_not_hide_a_rise_of_unit_cost() -> None:
    """Traffic falls to a tenth while a request costs four times as much."""
    told = closed(learned(), changed(AFTER, 4.0, 0.1))
    assert "unit_cost" in {one.channel for one in told}


@pytest.mark.parametrize(
    "thresholds",
    [
        {"enabled": False},
        {"score": 50.0},
        {"min_impact": Decimal(1000)},
        {"min_impact_per_day": Decimal(10**6)},
        {"min_change_percent": 150.0},
    ],
)
def test_the_thresholds_hold_for_unit_cost_too(thresholds: dict[str, Any]) -> None:
    """What the rules ask of any anomaly is asked of this one, in its own money."""
    assert closed(learned(**thresholds), changed(AFTER, 2.0, 0.5)) == []


def test_buckets_with_tokens_without_a_price_are_left_out() -> None:
    """They would be cheap ones, and the next usual bucket dear."""
    known = learned()
    before = known.unit_cost.to_bytes()
    assert closed(known, changed(AFTER, 2.0, 0.5, unpriced_tokens=5)) == []
    assert known.unit_cost.to_bytes() == before


def test_an_anomaly_of_unit_cost_ends() -> None:
    """Six hours at the usual unit cost resolve it, and its impact is that of the dear hours."""
    known = learned()
    dear = changed(AFTER, 2.0, 0.5)
    told = closed(known, [*dear, *USUAL[AT + 18 : AT + 80]])
    assert [one.state for one in told][-1] == "resolved"
    paid = sum(float(one.totals.cost) for _, one in dear)
    assert float(told[-1].impact) == pytest.approx(paid / 2, rel=0.2)


def test_a_restart_changes_nothing() -> None:
    """Saved and read before each bucket, the same is told."""
    lasting, told = learned(), []
    restarted = lasting.record()
    dear = changed(AFTER, 2.0, 0.5)
    for time, one in dear:
        known = model()
        known.restore(read(encode(restarted), ModelRecord))
        told += closed(known, [(time, one)])
        restarted = known.record()
    assert told == closed(lasting, dear)


def test_a_record_of_before_is_read() -> None:
    """What an older worker wrote has no unit cost: it is learned from then on."""
    known = learned()
    before = ModelRecord.__struct_fields__.index("unit_cost")
    record = msgspec.msgpack.decode(encode(known.record()))[:before]
    heir = model()
    heir.restore(read(msgspec.msgpack.encode(record), ModelRecord))
    assert heir.unit_cost.to_bytes() == b""
    assert closed(heir, AFTER) == []


def test_an_unreadable_unit_cost_is_refused() -> None:
    """The caller learns the series again, as with any part that cannot be read."""
    record = msgspec.structs.replace(learned().record(), unit_cost=b"\x93\x01\x02\x03")
    with pytest.raises(StateError):
        model().restore(record)


@pytest.mark.parametrize("over", [False, True])
def test_usage_that_comes_late_is_expected_at_its_usual_cost(over: bool) -> None:  # noqa: FBT001 - a case of a table
    """A hundred late requests at twice the usual ten cents add half of their cost to the impact, not all of it."""
    known = learned()
    dear = changed(AFTER, 2.0, 0.5)
    told = closed(known, dear)
    if over:
        told += closed(known, USUAL[AT + 18 : AT + 80])
    before, start = told[-1], dear[4][0]
    closed_there = dear[4][1].totals
    late = bucket(400.0, 4000, 4_000_000)
    band = known.close(dear[-1][0] + 80 * STEP, dear[-1][1])[0]
    _, news = restate(known, start, late, closed_there.plus(late.totals), band, dear[-1][0] + STEP)
    assert news is not None
    moved = float(news.impact - before.impact)
    assert moved == pytest.approx(200, rel=0.25)
    assert news.unit_cost is not None
    assert float(news.unit_cost.actual / news.unit_cost.expected) == pytest.approx(2.0, rel=0.1)


def test_a_correction_that_takes_all_back_retracts() -> None:
    """Cost and requests of all dear buckets are taken back: nothing is left to tell."""
    known = learned()
    dear = changed(AFTER[:6], 2.0, 0.5)
    assert closed(known, dear)
    news = None
    for time, one in dear:
        gone = one.totals
        back = OpenBucket(
            Totals(-gone.cost, 1, -gone.requests, input_tokens=-gone.input_tokens), {}
        )
        band = known.close(dear[-1][0] + STEP, AFTER[6][1])[0]
        news = restate(known, time, back, gone.plus(back.totals), band, dear[-1][0])[1] or news
    assert news is not None
    assert news.state == "retracted"
