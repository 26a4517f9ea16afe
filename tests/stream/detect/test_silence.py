"""A source that stops and goes on is no drop of its series."""

from decimal import Decimal

from alerting.spend import SpendRecord
from stream.detect.core import DetectCore
from stream.detect.news import News
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

LIMITS = rules(silent_after="6h", lateness="1h")


def day_by_day(first: int, count: int, teams: tuple[str, ...] = ("search", "ads")) -> list[Row]:
    return [
        Row(START + HOUR * hour, Decimal(50), team)
        for hour in range(first, first + count)
        for team in teams
    ]


def feed(core: DetectCore, *parts: list[Row], idle: bool = False) -> News:
    news, at = News(), 0
    for rows in parts:
        batches = [batch(rows, at)]
        at += len(rows)
        batches += [end(at), end(at)] if idle else []
        for each in batches:
            told = core.apply([each]).news
            news.spend += told.spend
            news.anomalies += told.anomalies
    return news


def costs(news: News) -> set[Decimal]:
    return {record.cost for record in news.spend}


def test_a_gap_of_the_whole_source_is_not_scored() -> None:
    """No zeros, nobody is told; the forecast after it is the one from before."""
    for idle in (False, True):
        core = DetectCore(LIMITS)
        news = feed(core, day_by_day(0, 500), day_by_day(560, 30), idle=idle)
        assert costs(news) == {Decimal(50)}
        assert news.anomalies == []
        assert all(record.expected is None or record.expected > 40 for record in news.spend[-20:])


def test_a_gap_within_one_chunk_is_known_too() -> None:
    """Chunks are cut anywhere, in a backtest too."""
    news = feed(DetectCore(LIMITS), [*day_by_day(0, 500), *day_by_day(560, 30)])
    assert costs(news) == {Decimal(50)}
    assert news.anomalies == []


def test_a_shorter_gap_is_quiet_hours() -> None:
    """They are points of zero, as for any series."""
    news = feed(DetectCore(LIMITS), day_by_day(0, 100), day_by_day(104, 30))
    assert {Decimal(0), Decimal(50)} == costs(news)


def test_a_series_that_stops_while_its_source_flows_is_a_drop() -> None:
    """One other series is enough to tell."""
    core = DetectCore(LIMITS)
    news = feed(core, day_by_day(0, 500), day_by_day(500, 90, ("search",)))
    assert {(one.team, one.direction) for one in news.anomalies} == {("ads", "down")}


def test_a_partition_that_has_the_charges_of_the_gap_later_fills_it() -> None:
    """What one source partition is silent about, another one may have."""
    core = DetectCore(LIMITS)
    spend: list[SpendRecord] = []
    rows = day_by_day(0, 560)
    mine = [row for row in rows if not START + 500 * HOUR <= row.time < START + 540 * HOUR]
    other = day_by_day(0, 560, ("ml",))
    for partition, part in ((0, mine), (1, other)):
        spend += core.apply([batch(part, 0, partition=partition, partitions=2)]).news.spend
    zeros = [record for record in spend if record.cost == 0]
    assert {record.team for record in zeros} == {"search", "ads"}
    assert len(zeros) >= 40  # until nothing is expected any more


def test_a_new_series_that_begins_with_old_charges_costs_no_row_of_zeros() -> None:
    """A flood of new names with old dates would stop the worker; their charges count all the same."""
    core = DetectCore(rules(horizon="35d"))
    feed(core, day_by_day(0, 900, ("search",)))
    news = core.apply([batch([Row(START + HOUR, Decimal(7), "new")], 900), end(901)]).news
    assert [record.cost for record in news.spend if record.team == "new"] == [Decimal(7)]
