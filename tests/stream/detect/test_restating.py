"""Late charges: the bucket is scored again, and its anomaly follows."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from alerting.anomaly import Anomaly
from alerting.past import MAX_PAST
from stream.detect.core import DetectCore
from stream.detect.news import News
from tests.stream.detect.batches import HOUR, START, Row, batch, rules

USUAL = Decimal(50)
FIRST = 400  # hours of the usual before anything happens


class Feed:
    """A source partition: rows in, news out, offsets counted, and a restart before each chunk if asked for."""

    def __init__(self, *, restarts: bool = False) -> None:
        self.core = DetectCore(rules())
        self.at = 0
        self.hour = 0
        self.restarts = restarts
        self.states: dict[bytes, bytes] = {}

    def take(self, rows: list[Row]) -> News:
        if self.restarts:
            self.core = DetectCore(rules())
            self.core.load(self.states)
        outcome = self.core.apply([batch(rows, self.at)])
        for key, value in outcome.states.items():
            if value is None:
                self.states.pop(key, None)
            else:
                self.states[key] = value
        self.at += len(rows)
        return outcome.news

    def hours(self, costs: Iterable[Decimal]) -> News:
        rows = [Row(START + HOUR * (self.hour + at), cost) for at, cost in enumerate(costs)]
        self.hour += len(rows)
        return self.take(rows)

    def late(self, hour: int, cost: Decimal) -> News:
        return self.take([Row(START + HOUR * hour, cost)])


def noisy(count: int) -> list[Decimal]:
    return [USUAL + at % 7 for at in range(count)]


def states(anomalies: list[Anomaly]) -> list[tuple[str, str, int]]:
    return [(one.anomaly_id, one.state, one.revision) for one in anomalies]


def resolved(feed: Feed) -> Anomaly:
    """Three hours of five times the usual, and what follows until that is over."""
    feed.hours(noisy(FIRST))
    told = feed.hours([USUAL * 5] * 3).anomalies + feed.hours(noisy(30)).anomalies
    assert [one.state for one in told][-1] == "resolved"
    return told[-1]


def test_a_restated_bucket_is_scored_again() -> None:
    """Its record has the score of what it costs now."""
    feed = Feed()
    feed.hours(noisy(FIRST))
    (record,) = feed.late(FIRST - 10, Decimal(400)).spend
    assert record.revision == 2
    assert record.score is not None
    assert record.score > 1


def test_a_correction_changes_what_was_said_of_a_resolved_anomaly() -> None:
    """Its impact is told anew, under the same id, also after a restart."""
    for restarts in (False, True):
        feed = Feed(restarts=restarts)
        before = resolved(feed)
        (news,) = feed.late(FIRST, Decimal(400)).anomalies
        assert (news.anomaly_id, news.state) == (before.anomaly_id, "resolved")
        assert news.revision == before.revision + 1
        assert news.impact == before.impact + 400
        assert news.restated == Decimal(400)


def test_a_small_correction_is_no_news() -> None:
    """What was said is about right; the totals have it to the cent."""
    feed = Feed()
    resolved(feed)
    assert feed.late(FIRST, Decimal("0.07")).anomalies == []


def test_a_correction_retracts_a_resolved_anomaly_and_another_brings_it_back() -> None:
    """The rise was an error of the bill; then it was none."""
    feed = Feed()
    before = resolved(feed)
    told = [news for at in range(3) for news in feed.late(FIRST + at, -USUAL * 4).anomalies]
    assert states(told)[-1] == (before.anomaly_id, "retracted", before.revision + len(told))
    again = feed.late(FIRST, USUAL * 4).anomalies
    assert states(again) == [(before.anomaly_id, "resolved", told[-1].revision + 1)]


def test_a_retracted_anomaly_is_remembered_without_what_was_taken_back() -> None:
    """It was open when a correction retracted it: a few cents more do not bring the whole of it back."""
    feed = Feed(restarts=True)
    feed.hours(noisy(FIRST))
    (opened,) = feed.hours([USUAL * 9, USUAL]).anomalies
    (news,) = feed.late(FIRST, -USUAL * 8).anomalies
    assert (news.state, news.revision) == ("retracted", opened.revision + 1)
    assert feed.late(FIRST, Decimal("0.50")).anomalies == []
    (again,) = feed.late(FIRST, USUAL * 8).anomalies
    assert (again.anomaly_id, again.state) == (opened.anomaly_id, "resolved")
    assert again.impact == opened.impact + Decimal("0.50")


def test_no_anomaly_is_told_under_the_name_of_another() -> None:
    """More are over than are kept: what was told of the others stands, and their hours begin none anew."""
    feed = Feed(restarts=True)
    feed.hours(noisy(FIRST))
    hours = [FIRST - 160 + 12 * number for number in range(MAX_PAST + 4)]
    told = [news for hour in hours for news in feed.late(hour, Decimal(500)).anomalies]
    told += [news for hour in hours for news in feed.late(hour, Decimal(900)).anomalies]
    revisions: dict[str, int] = {}
    for one in told:
        assert one.revision == revisions.get(one.anomaly_id, 0) + 1
        revisions[one.anomaly_id] = one.revision
    assert len(revisions) == len(hours)


def test_an_anomaly_that_came_with_a_correction_is_detected_when_it_came() -> None:
    """Not in the past: the digest of the day on which it was found has it."""
    feed = Feed()
    feed.hours(noisy(FIRST))
    (news,) = feed.late(FIRST - 100, Decimal(500)).anomalies
    found = START + HOUR * (FIRST - 1)  # the watermark
    assert news.detected_at.timestamp() == news.updated_at.timestamp() == found
    assert news.ended_at is not None
    assert news.ended_at.timestamp() == START + HOUR * (FIRST - 99)


def test_an_anomaly_that_came_with_a_correction_is_told() -> None:
    """Its hours are one event, whichever of them comes first, and it is over when it is told."""
    feed = Feed(restarts=True)
    feed.hours(noisy(FIRST))
    told = [
        news
        for hour in (FIRST - 100, FIRST - 99, FIRST - 101)
        for news in feed.late(hour, Decimal(500)).anomalies
    ]
    assert {(one.anomaly_id, one.state) for one in told} == {(told[0].anomaly_id, "resolved")}
    assert [one.revision for one in told] == [1, 2, 3]
    assert told[-1].restated == Decimal(1500)
    assert told[-1].started_at.timestamp() == START + HOUR * (FIRST - 101)
    assert told[-1].channel == "correction"
    (contributor,) = told[-1].contributors
    assert (contributor.dimension, contributor.value) == ("region", "eu")  # which is not new
    assert contributor.share == pytest.approx(1, abs=0.1)
    assert contributor.expected == pytest.approx(told[-1].expected, rel=Decimal("0.1"))


def test_what_always_comes_late_is_no_correction() -> None:
    """A source that is slower than its lateness says deviates in each bucket, and alike."""
    feed = Feed()
    told: list[Anomaly] = []
    for hour in range(300):
        told += feed.hours([USUAL]).anomalies
        told += feed.late(hour - 3, Decimal(20)).anomalies if hour >= 3 else []
    assert not [one for one in told if one.started_at.timestamp() > START + 100 * HOUR]


def test_beyond_the_horizon_an_anomaly_is_forgotten() -> None:
    """Its late charges count, and change nothing that was said; state does not grow."""
    feed = Feed()
    resolved(feed)
    feed.hours(noisy(200))
    news = feed.late(FIRST, Decimal(4000))
    assert news.anomalies == []
    assert [record.late for record in news.spend] == [True]
    (series,) = feed.core.series.values()
    assert series.model.past.tracks == ()
