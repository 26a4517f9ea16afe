"""Bills as snapshots, through the whole core: spend is that of the newest complete one, and time goes in order."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.anomaly import Anomaly
from alerting.series import SeriesKey
from alerting.spend import SpendRecord
from stream.detect import replacing
from stream.detect.core import DetectCore
from stream.errors import StateRefusedError
from stream.ingest.batch import (
    VERSION,
    ChargeBatch,
    ChargeLine,
    ScopedCharges,
    SeriesCharges,
    SnapshotCharges,
)
from stream.ledger import Ledger
from tests.stream.detect.batches import HOUR, rules

START = 1_743_465_600  # 2025-04-01
DAY = 24 * HOUR


class Row(NamedTuple):
    """A row of an export."""

    hour: int
    cost: Decimal
    team: str = "search"
    account: str = "AWS|1"
    scope: str = "2025-04-01"
    kind: str = "usage"

    @property
    def key(self) -> SeriesKey:
        return SeriesKey("billing", self.team, "compute", "production", self.kind, "USD")


def days(first: int, number: int, cost: str = "50", **names: str) -> list[Row]:
    hours = range(24 * first, 24 * (first + number))
    return [Row(hour, Decimal(cost) + hour % 5, **names) for hour in hours]


def total(rows: Iterable[Row]) -> dict[tuple[str, ...], Decimal]:
    sums: dict[tuple[str, ...], Decimal] = {}
    for row in rows:
        sums[(row.team,)] = sums.get((row.team,), Decimal(0)) + row.cost
    return sums


class Billing:
    """The topic `billing` with one partition, and a core that is begun anew from its state before each call."""

    def __init__(self, *, restarts: bool = False, **source: str) -> None:
        self.rules = rules(**{"lateness": "6h", "horizon": "7d", **source})
        self.core = DetectCore(self.rules)
        self.restarts = restarts
        self.states: dict[bytes, bytes] = {}
        self.spend: list[SpendRecord] = []
        self.anomalies: list[Anomaly] = []
        self.calls = 0
        self._offset = 0
        self._taken = count(1)

    def publish(
        self,
        rows: list[Row],
        *,
        chunk: int = 100,
        ends: bool = True,
        name: str = "",
        taken_at: int | None = None,
    ) -> None:
        """One export, cut into chunks; without its end mark it is the half of one."""
        taken_at = next(self._taken) if taken_at is None else taken_at
        parts = [rows[at : at + chunk] for at in range(0, len(rows), chunk)]
        self._chunk(taken_at, [], name, begins=True)
        for part in parts:
            self._chunk(taken_at, part, name)
        if ends:
            self._chunk(taken_at, [], name, ends=True)

    def append(self, rows: list[Row]) -> None:
        """Rows that count by themselves."""
        start = self._offset
        self._offset += len(rows)
        one = self._batch(start)
        one.max_time = max(START + HOUR * row.hour for row in rows)
        one.series = [
            SeriesCharges(row.key, [ChargeLine(start + at, START + HOUR * row.hour, row.cost, 0)])
            for at, row in enumerate(rows)
        ]
        self._apply(one)

    def idle(self) -> None:
        for _ in range(2):
            self._apply(self._batch(idle=True))

    def _chunk(
        self,
        taken_at: int,
        rows: list[Row],
        name: str = "",
        *,
        begins: bool = False,
        ends: bool = False,
    ) -> None:
        start = self._offset
        self._offset += max(len(rows), 1)
        series = [
            ScopedCharges(
                f"{row.account}|{row.scope}",
                row.key,
                [ChargeLine(start + at, START + HOUR * row.hour, row.cost, 0)],
            )
            for at, row in enumerate(rows)
        ]
        part = SnapshotCharges(
            name or f"export-{taken_at}",
            taken_at,
            ended=ends,
            max_time=max((START + HOUR * row.hour for row in rows), default=None),
            scopes=sorted({group.scope for group in series}),
            series=series,
            begun=start if begins else None,
        )
        self._apply(self._batch(start, part))

    def _batch(
        self, start: int | None = None, *parts: SnapshotCharges, idle: bool = False
    ) -> ChargeBatch:
        start = self._offset if start is None else start
        return ChargeBatch(
            VERSION,
            "billing",
            0,
            1,
            start,
            self._offset,
            None,
            idle,
            ["region=eu"],
            [],
            [],
            list(parts),
        )

    def _apply(self, batch: ChargeBatch) -> None:
        """As a stage does: again, while there is more of it; a crash in between loses nothing."""
        more = True
        while more:
            if self.restarts:
                self.core = DetectCore(self.rules)
                self.core.load(self.states)
            outcome = self.core.apply([batch])
            for key, value in outcome.states.items():
                if value is None:
                    self.states.pop(key, None)
                else:
                    self.states[key] = value
            self.spend += outcome.news.spend
            self.anomalies += outcome.news.anomalies
            self.calls += 1
            more = outcome.more

    def assert_each_revision_follows(self) -> None:
        """No entry is told twice under one revision, and its changes add up to it."""
        told: dict[str, tuple[int, Decimal]] = {}
        for record in self.spend:
            revision, cost = told.get(record.entry, (0, Decimal(0)))
            told[record.entry] = (revision + 1, cost + record.delta)
            assert (record.revision, record.cost) == told[record.entry]

    def totals(self) -> dict[tuple[str, ...], Decimal]:
        ledger = Ledger()
        for record in self.spend:
            ledger.add(record)
        return {line.group: line.cost for line in ledger.totals(("team",)) if line.cost}


def test_the_same_export_again_tells_nothing() -> None:
    """Unchanged buckets are not restated."""
    billing = Billing()
    billing.publish(days(0, 20))
    billing.idle()
    told = len(billing.spend)
    billing.publish(days(0, 20))
    billing.idle()
    assert len(billing.spend) == told
    assert billing.totals() == total(days(0, 20))
    assert {record.revision for record in billing.spend} == {1}


@pytest.mark.parametrize("restarts", [False, True])
def test_each_export_replaces_the_one_before(*, restarts: bool) -> None:
    """Month to date, day by day, with a correction of a day before: also if the worker dies after each write."""
    billing = Billing(restarts=restarts)
    for number in range(1, 12):
        billing.publish(days(0, number))
    export = [*days(0, 5), *days(5, 1, "70"), *days(6, 5)]
    billing.publish(export)
    billing.idle()
    assert billing.totals() == total(export)
    restated = {record.bucket_start.day for record in billing.spend if record.revision > 1}
    assert restated == {6}


def test_half_an_export_changes_nothing() -> None:
    """Its publisher was killed; the next one is complete and counts."""
    billing = Billing()
    billing.publish(days(0, 10))
    billing.publish(days(0, 12, "99"), ends=False)
    billing.idle()
    assert billing.totals() == total(days(0, 10))
    billing.publish(days(0, 11))
    billing.idle()
    assert billing.totals() == total(days(0, 11))


def test_a_takeover_goes_in_slices_in_order_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction holds a bounded part, and no bucket closes before all of its time is told."""
    monkeypatch.setattr(replacing, "SLICE", 10)
    billing = Billing(restarts=True)
    export = [row for team in ("ads", "ml", "search") for row in days(0, 10, team=team)]
    billing.publish(export, chunk=1000)
    billing.idle()
    assert billing.calls > 30
    assert billing.totals() == total(export)
    assert {record.revision for record in billing.spend} == {1}


def test_anomalies_are_found_in_an_export() -> None:
    """A rise within it is scored as if it had come hour by hour, and is told once."""
    billing = Billing(restarts=True)
    export = days(0, 20)
    rise = [row._replace(cost=row.cost * 6) if 300 <= row.hour < 310 else row for row in export]
    billing.publish(rise)
    billing.publish(rise)
    billing.idle()
    assert {(one.direction, one.started_at.timestamp()) for one in billing.anomalies} == {
        ("up", START + 300 * HOUR)
    }
    assert len({one.revision for one in billing.anomalies}) == len(billing.anomalies)


def test_a_correction_that_takes_a_rise_back_retracts_it() -> None:
    """The next export says that it was none."""
    billing = Billing()
    export = days(0, 20)
    rise = [row._replace(cost=row.cost * 6) if 400 <= row.hour < 410 else row for row in export]
    billing.publish(rise)
    assert billing.anomalies[-1].state == "resolved"
    billing.publish(export)
    assert billing.anomalies[-1].state == "retracted"
    assert {one.anomaly_id for one in billing.anomalies} == {billing.anomalies[0].anomaly_id}


def test_an_account_whose_export_comes_later_is_not_behind() -> None:
    """Each provider's snapshots close the buckets of its own series: none is scored as nothing and restated."""
    billing = Billing()
    azure = {"team": "ml", "account": "Azure|7"}
    for number in range(1, 15):
        billing.publish(days(0, number))
        billing.idle()
        if number > 1:
            billing.publish(days(0, number - 1, **azure))
            billing.idle()
    assert billing.totals() == total([*days(0, 14), *days(0, 13, **azure)])
    assert {record.delta for record in billing.spend if record.revision > 1} == {Decimal(0)}
    assert billing.anomalies == []


@pytest.mark.parametrize("restarts", [False, True])
def test_the_incomplete_hours_of_an_export_are_told_and_scored_with_the_next(
    *, restarts: bool
) -> None:
    """Totals have them once the source is quiet; half an hour's charges are no drop, and a real drop is one."""
    billing = Billing(restarts=restarts)
    for number in range(1, 15):
        export = days(0, number)
        cut = [row._replace(cost=row.cost / 10) for row in export[-3:]]
        billing.publish([*export[:-3], *cut])
        billing.idle()
        assert billing.totals() == total([*export[:-3], *cut])
    assert billing.anomalies == []
    told = [record for record in billing.spend if record.score is None]
    assert {record.bucket_start.hour for record in told} == {17, 18, 19, 20, 21, 22, 23}
    gone = [*days(0, 14), *[row._replace(cost=Decimal(1)) for row in days(14, 1)]]
    billing.publish(gone)
    assert {one.direction for one in billing.anomalies} == {"down"}


def test_hours_that_were_told_and_vanish_are_taken_back() -> None:
    """The next export has nothing of them: an entry of nothing replaces what was told."""
    billing = Billing(restarts=True)
    fees = [Row(hour, Decimal(7), "ads") for hour in (236, 239)]
    billing.publish([*days(0, 10), *fees])
    billing.idle()
    billing.publish(days(0, 10))
    billing.idle()
    assert billing.totals() == total(days(0, 10))
    billing.idle()
    assert len({(record.entry, record.revision) for record in billing.spend}) == len(billing.spend)


@pytest.mark.parametrize("kind", ["usage", "recurring"])
@pytest.mark.parametrize("restarts", [False, True])
def test_a_bucket_that_was_told_is_taken_back_as_it_closes(kind: str, *, restarts: bool) -> None:
    """The next export, which passes it, has nothing of it: also where nothing was expected that is news."""
    billing = Billing(restarts=restarts)
    billing.publish([*days(0, 10), Row(239, Decimal(7), "ads", kind=kind)])
    billing.idle()
    billing.publish(days(0, 12))
    told = [(one.revision, one.cost) for one in billing.spend if one.team == "ads"]
    assert told == [(1, Decimal(7)), (2, Decimal(0))]


def test_a_service_that_vanishes_from_an_export_is_taken_back() -> None:
    """Its rows went to another team: the sum stays, and the newest complete export counts."""
    billing = Billing(restarts=True)
    billing.publish([*days(0, 9), *days(0, 9, team="ads")])
    billing.publish([*days(0, 10), *days(0, 10, team="ml")])
    billing.idle()
    assert billing.totals() == total([*days(0, 10), *days(0, 10, team="ml")])


@pytest.mark.parametrize("restarts", [False, True])
def test_a_team_that_vanishes_and_comes_back_is_no_other_series(*, restarts: bool) -> None:
    """Its rows went to another team for weeks, by a changed rule: what was told of it is restated, not told anew."""
    billing = Billing(restarts=restarts)
    moved = {"team": "ads"}
    billing.publish(days(0, 5))
    billing.publish(days(0, 6, **moved))
    billing.publish(days(0, 28, **moved))
    billing.idle()
    billing.publish(days(0, 29))
    billing.idle()
    assert billing.totals() == total(days(0, 29))
    billing.assert_each_revision_follows()


@pytest.mark.parametrize("restarts", [False, True])
def test_a_correction_of_a_series_that_has_ended_adds_to_it(*, restarts: bool) -> None:
    """Months later a bill corrects a service that is not used any more: its bucket was told and is forgotten."""
    billing = Billing(restarts=restarts)
    billing.publish(days(0, 3))
    later = days(200, 2, team="ads", scope="2025-10-01")
    billing.publish(later)
    billing.publish([*later, *days(202, 3, team="ads", scope="2025-10-01")])
    billing.idle()
    assert {key.team for key in billing.core.series} == {"ads"}
    correction = Row(5, Decimal(-7), scope="2025-10-01")
    rest = days(200, 6, team="ads", scope="2025-10-01")
    billing.publish([*rest, correction])
    billing.idle()
    assert billing.totals() == total([*days(0, 3), *rest, correction])
    billing.assert_each_revision_follows()


def test_a_fee_that_goes_to_another_team_is_no_fee_of_nothing() -> None:
    """Its bucket is still open: it closes without a point."""
    billing = Billing()
    fees = [Row(24 * day + 23, Decimal(100), kind="recurring") for day in range(20)]
    billing.publish([*days(0, 20), *fees])
    billing.publish([*days(0, 20), *fees[:-1], fees[-1]._replace(team="ads")])
    billing.publish([*days(0, 22), *fees[:-1], fees[-1]._replace(team="ads")])
    billing.idle()
    assert [one for one in billing.anomalies if one.charge_kind == "recurring"] == []
    told = {
        one.bucket_start
        for one in billing.spend
        if one.charge_kind == "recurring" and one.team == "search"
    }
    assert len(told) == 19


def test_an_id_that_another_snapshot_had_mixes_nothing() -> None:
    """A producer that names all its exports alike: half of one and all of the next are not one."""
    billing = Billing(restarts=True, horizon="6h")
    billing.publish(days(0, 4), name="bill", ends=False)
    billing.publish(days(0, 5), name="bill")
    assert billing.totals() == total(days(0, 5)[:-7])  # the last hours are open
    for cost in ("60", "70"):  # most of it beyond the horizon
        billing.publish(days(0, 5, cost), name="bill")
    billing.idle()
    assert billing.totals() == total(days(0, 5, "70"))
    billing.assert_each_revision_follows()


def test_the_same_snapshot_again_changes_nothing() -> None:
    """A producer that repeats its marks and its rows, or only its marks."""
    billing = Billing(restarts=True)
    billing.publish(days(0, 4), name="bill", taken_at=7)
    for again in (days(0, 4), days(0, 1), []):
        billing.publish(again, name="bill", taken_at=7)
    billing.idle()
    assert billing.totals() == total(days(0, 4))


@pytest.mark.parametrize("restarts", [False, True])
def test_charges_that_are_appended_to_a_bill_of_snapshots_close(*, restarts: bool) -> None:
    """Whoever goes back to `append` need not wait until the last snapshot is forgotten."""
    billing = Billing(restarts=restarts)
    billing.publish(days(0, 5))
    billing.idle()
    for hour in range(24 * 5, 24 * 9):
        billing.append([Row(hour, Decimal(50))])
    closed = days(0, 5)[: 24 * 5] + [Row(hour, Decimal(50)) for hour in range(24 * 5, 24 * 9 - 7)]
    assert billing.totals() == total(closed)
    billing.assert_each_revision_follows()


@pytest.mark.parametrize("kind", [b"h|", b"c|", b"o|", b"t|", b"w", b"?"])
@pytest.mark.parametrize("value", [b"\xc1", b"\x93\x63\xc0\xc0"])
def test_a_record_of_snapshots_that_cannot_be_read_is_refused(kind: bytes, value: bytes) -> None:
    """Whatever is wrong with it: to go on without it would count twice or lose money."""
    with pytest.raises(StateRefusedError, match="run the version of Spendwatch that wrote it"):
        DetectCore(rules()).load({b"s|billing|" + kind: value})


exports = st.lists(
    st.tuples(
        st.lists(
            st.builds(
                Row,
                st.integers(0, 240),
                st.decimals(-5, 50, places=4),
                st.sampled_from(["search", "ads"]),
                st.sampled_from(["AWS|1", "Azure|7"]),
                st.just("2025-04-01"),
                st.just("usage"),
            ),
            max_size=30,
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(exports, st.integers(1, 40), st.booleans())
def test_the_newest_complete_export_of_each_account_counts(
    runs: list[tuple[list[Row], bool]],
    chunk: int,
    restarts: bool,  # noqa: FBT001 - given by Hypothesis
) -> None:
    """Whatever is in the exports, however they are cut, and wherever the worker dies."""
    billing = Billing(restarts=restarts)
    newest: dict[str, list[Row]] = {}
    for rows, ends in runs:
        billing.publish(rows, chunk=chunk, ends=ends)
        if ends:
            for account in {row.account for row in rows}:
                newest[account] = [row for row in rows if row.account == account]
    billing.idle()
    truth = total(row for rows in newest.values() for row in rows)
    assert billing.totals() == {team: cost for team, cost in truth.items() if cost}
