"""Buckets close a share at a time: what comes of it is the same, wherever a worker dies in between."""

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest

from alerting.anomaly import Anomaly
from stream.detect import closing
from stream.detect.core import DetectCore
from stream.detect.news import News
from stream.ingest.batch import ChargeBatch
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

TEAMS = ("ads", "ml", "search")


class Partition:
    """A core that is given the same batches while there is more of them, and may begin anew before each call."""

    def __init__(self, *, restarts: bool = False, **source: str) -> None:
        self.rules = rules(**source)
        self.core = DetectCore(self.rules)
        self.restarts = restarts
        self.states: dict[bytes, bytes] = {}
        self.calls: list[News] = []

    def take(self, *batches: ChargeBatch) -> None:
        more = True
        while more:
            if self.restarts:
                self.core = DetectCore(self.rules)
                self.core.load(self.states)
            outcome = self.core.apply(iter(batches))
            for key, value in outcome.states.items():
                if value is None:
                    self.states.pop(key, None)
                else:
                    self.states[key] = value
            self.calls.append(outcome.news)
            more = outcome.more

    def spend(self) -> set[tuple[str, int, Decimal]]:
        return {(one.entry, one.revision, one.cost) for news in self.calls for one in news.spend}

    def anomalies(self) -> set[tuple[str, int, str, Decimal]]:
        found: Iterable[Anomaly] = (one for news in self.calls for one in news.anomalies)
        return {(one.anomaly_id, one.revision, one.state, one.impact) for one in found}


def hours(first: int, number: int, cost: str = "50", kind: str = "usage") -> list[Row]:
    return [
        Row(START + HOUR * hour, Decimal(cost) + hour % 5, team, kind)
        for hour in range(first, first + number)
        for team in TEAMS
    ]


def history(partition: Partition) -> Partition:
    """Weeks of the usual, a rise, a jump over a week, a late correction, fees, and an end."""
    at = 0
    for rows in (
        hours(0, 300),
        hours(300, 5, "400"),
        hours(305, 40),
        [Row(START + HOUR * 500, Decimal(50), "ads")],
        [Row(START + HOUR * 340, Decimal(900), "ml"), *hours(480, 1, "9", "recurring")],
        hours(501, 30),
    ):
        partition.take(batch(rows, at), end(at + len(rows)))
        at += len(rows)
    partition.take(end(at), end(at))
    return partition


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("least", [1, 7, 50])
def test_shares_add_up_to_the_same(
    monkeypatch: pytest.MonkeyPatch, least: int, *, restarts: bool
) -> None:
    """Spend and anomalies are those of a worker that closes all at once and never dies."""
    whole = history(Partition())
    monkeypatch.setattr(closing, "CLOSED", least)
    shared = history(Partition(restarts=restarts))
    assert len(shared.calls) > len(whole.calls)
    assert shared.spend() == whole.spend()
    assert shared.anomalies() == whole.anomalies()
    assert shared.anomalies()


def test_a_jump_of_the_watermark_is_no_transaction_without_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each call closes a share, and at most one series more."""
    monkeypatch.setattr(closing, "CLOSED", 100)
    partition = Partition(silent_after="60d")
    partition.take(batch(hours(0, 50), 0))
    partition.take(batch([Row(START + HOUR * 200, Decimal(1), "ads")], 150))
    assert len(partition.calls) > 3
    assert max(len(news.spend) for news in partition.calls) <= 300
    reached = {series.closed_until for series in partition.core.series.values()}
    assert reached == {START + HOUR * 200}


def _restarted(partition: Partition) -> None:
    partition.core = DetectCore(partition.rules)
    partition.core.load(partition.states)


def _alive(_: Partition) -> None:
    pass


@pytest.mark.parametrize("before", [_restarted, _alive])
def test_a_fee_beyond_the_horizon_is_an_entry_of_its_own(
    before: Callable[[Partition], None],
) -> None:
    """Also after a restart: its bucket is forgotten, and what was told of it must not be replaced."""
    partition = Partition(horizon="2d")
    fee = Row(START, Decimal(300), "ads", "recurring")
    partition.take(batch([fee, *hours(1, 2)], 0))
    partition.take(batch(hours(100, 20), 7))
    before(partition)
    partition.take(batch([fee._replace(cost=Decimal(7))], 67))
    told = [one for news in partition.calls for one in news.spend if one.charge_kind != "usage"]
    assert [(one.late, one.cost) for one in told] == [(False, Decimal(300)), (True, Decimal(7))]
    assert len({one.entry for one in told}) == 2


def test_an_anomaly_ends_although_its_series_and_its_source_fall_silent() -> None:
    """The source is silent for weeks, and the series does not come back with it: nobody else would end it."""
    partition = Partition()
    partition.take(batch(hours(0, 300), 0))
    partition.take(batch(hours(300, 3, "400"), 900))
    weeks = 303 + 24 * 20
    partition.take(batch([Row(START + HOUR * weeks, Decimal(1), "new")], 909))
    partition.take(batch([Row(START + HOUR * (weeks + 9), Decimal(1), "new")], 910))
    assert {state for _, _, state, _ in partition.anomalies()} == {"open", "resolved"}
    newest = {one.anomaly_id: one.state for news in partition.calls for one in news.anomalies}
    assert set(newest.values()) == {"resolved"}


def test_who_is_idle_is_not_heard_twice_when_batches_are_given_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A partition that says once that it is idle has confirmed nothing, however often a share is taken."""
    monkeypatch.setattr(closing, "CLOSED", 1)
    partition = Partition()
    partition.take(
        batch(hours(0, 2), 0, partitions=2), batch(hours(0, 2), 0, partition=1, partitions=2)
    )
    more = hours(2, 3)
    partition.take(end(6, partitions=2), batch(more, 6, partition=1, partitions=2))
    (position, _) = partition.core.memory.sources["billing"].positions.values()
    assert (position.idle, position.confirmed) == (True, None)
