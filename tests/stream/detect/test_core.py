"""Buckets: counted once, whatever the order, the chunks and the repeats."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.spend import SpendRecord
from config.limits import Limits
from stream.detect.core import DetectCore
from stream.ingest.batch import ChargeBatch, ChargeLine, SeriesCharges
from stream.ledger import Ledger
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

CENT = Decimal("0.01")


def run(core: DetectCore, batches: Iterable[ChargeBatch]) -> list[SpendRecord]:
    return [record for each in batches for record in core.apply([each]).news.spend]


def totals(records: Iterable[SpendRecord], *by: str) -> dict[tuple[str, ...], Decimal]:
    ledger = Ledger()
    for record in records:
        ledger.add(record)
    return {line.group: line.cost for line in ledger.totals(by)}


def hours(*costs: str, team: str = "search", kind: str = "usage") -> list[Row]:
    return [Row(START + HOUR * hour, Decimal(cost), team, kind) for hour, cost in enumerate(costs)]


def test_a_bucket_is_told_once_the_watermark_passed_its_end() -> None:
    """Not before: more of it may come."""
    core = DetectCore(rules())
    assert run(core, [batch(hours("1", "2"), 0)]) != []
    spend = run(DetectCore(rules()), [batch(hours("1"), 0)])
    assert spend == []


def test_lateness_holds_a_bucket_open() -> None:
    """A bucket closes when the newest event is its end and the lateness away."""
    rows = hours("1", "2", "4", "8")
    spend = run(DetectCore(rules(lateness="2h")), [batch(rows, 0)])
    assert [record.cost for record in spend] == [Decimal(1)]


def test_the_end_of_a_source_closes_the_last_bucket_and_no_more() -> None:
    """Silence of the whole source is no row of zeros."""
    spend = run(DetectCore(rules()), [batch(hours("1", "2"), 0), end(2), end(2)])
    assert [record.cost for record in spend] == [Decimal(1), Decimal(2)]


def test_a_quiet_series_is_a_zero_while_its_source_flows() -> None:
    """The other series' charges move the watermark."""
    rows = [*hours("1", "1", "1"), *hours("5", team="ads")]
    rows.sort(key=lambda row: row.time)
    core = DetectCore(rules())
    run(core, [batch(rows, 0), end(len(rows))])
    ads = next(series for key, series in core.series.items() if key.team == "ads")
    assert [sample.actual for sample in ads.model.recent.samples()] == [5.0, 0.0, 0.0]


def test_a_fee_is_a_point_only_where_it_is_charged() -> None:
    """No zeros between the monthly fees."""
    rows = [*hours("1", "1", "1"), *hours("145", kind="recurring")]
    rows.sort(key=lambda row: row.time)
    core = DetectCore(rules())
    run(core, [batch(rows, 0), end(len(rows))])
    fee = next(series for key, series in core.series.items() if key.charge_kind == "recurring")
    assert [sample.actual for sample in fee.model.recent.samples()] == [145.0]


def test_a_late_charge_within_the_horizon_restates_its_bucket() -> None:
    """The same entry comes again with a higher revision, the new total and the change."""
    core = DetectCore(rules())
    first = run(core, [batch(hours("1", "2", "3"), 0)])
    late = run(core, [batch([Row(START, Decimal("0.25"))], 3)])
    (restated,) = late
    assert restated.entry == first[0].entry
    assert (restated.revision, restated.cost, restated.delta) == (
        2,
        Decimal("1.25"),
        Decimal("0.25"),
    )
    assert not restated.late


def test_a_charge_beyond_the_horizon_is_an_entry_of_its_own() -> None:
    """It counts in the totals and says that it is late; the old bucket's entry stays as it is."""
    rows = hours(*["1"] * 240)
    core = DetectCore(rules())
    spend = run(core, [batch(rows, 0)])
    late = run(core, [batch([Row(START, Decimal("0.25"))], 240)])
    (entry,) = late
    assert entry.late
    assert entry.cost == Decimal("0.25")
    spend += run(core, [end(241)])
    assert totals([*spend, *late]) == {(): Decimal("240.25")}


def test_late_charges_of_two_series_beyond_the_limit_are_two_entries() -> None:
    """One message brought both, and both fold into the series that takes what is too many."""
    limits = rules().limits.model_copy(update={"series": 1})
    core = DetectCore(rules().model_copy(update={"limits": limits}))
    run(core, [batch(hours(*["1"] * 240), 0)])
    message = batch([Row(START, Decimal(5), "ads")], 240)
    line = ChargeLine(240, START, Decimal(7), 0)
    message.series.append(SeriesCharges(Row(START, Decimal(7), "ml").key, [line]))
    assert totals(run(core, [message])) == {(): Decimal(12)}


def test_a_repeated_batch_changes_nothing() -> None:
    """Neither spend nor state: the offsets were applied."""
    core = DetectCore(rules())
    core.apply([batch(hours("1", "2", "3"), 0)])
    again = core.apply([batch(hours("1", "2", "3"), 0)])
    assert again.states == {}
    assert again.news.spend == []


def test_a_bill_published_twice_counts_once() -> None:
    """Its rows are found by their ids, also after a restart, also those older than the horizon."""
    limits = rules(horizon="1d", remember_ids="62d")
    rows = [row._replace(identity=1 + at) for at, row in enumerate(hours(*["1"] * 100))]
    core = DetectCore(limits)
    spend: list[SpendRecord] = []
    states: dict[bytes, bytes] = {}
    for each in (batch(rows[:60], 0), batch(rows[60:], 60)):
        outcome = core.apply([each])
        spend += outcome.news.spend
        states |= {key: value for key, value in outcome.states.items() if value is not None}
    heir = DetectCore(limits)
    heir.load(states)
    again = heir.apply([batch(rows, 100)])
    assert again.repeats == 100
    spend += again.news.spend + heir.apply([end(200)]).news.spend
    assert totals(spend) == {(): Decimal(100)}


def test_charges_without_an_id_are_always_counted() -> None:
    """Two rows of a bill may be the same in all they say and yet be two."""
    spend = run(DetectCore(rules()), [batch([*hours("1"), *hours("1")], 0), end(2)])
    assert totals(spend) == {(): Decimal(2)}


def test_a_batch_that_overlaps_adds_only_what_is_new() -> None:
    """After a crash the chunk is cut differently."""
    rows = hours("1", "2", "3", "4")
    core = DetectCore(rules())
    spend = run(core, [batch(rows[:3], 0), batch(rows[1:], 1), end(4)])
    assert totals(spend) == {(): Decimal(10)}


def test_a_flood_of_series_is_added_up_as_other() -> None:
    """Nothing is lost, known series go on as before, and the flood is told of."""
    limits = rules().model_copy(update={"limits": Limits(series=5)})
    rows = [*hours("7"), *[Row(START, CENT, f"team-{number}") for number in range(50)]]
    core = DetectCore(limits, partition=3)
    outcome = core.apply([batch(rows, 0)])
    assert outcome.overflow == 46
    assert len(core.series) == 6
    spend = run(core, [batch([Row(START, CENT), Row(START, CENT, "new")], 51), end(53)])
    assert totals(spend, "team", "service") == {
        ("search", "compute"): Decimal("7.01"),
        **{(f"team-{number}", "compute"): CENT for number in range(4)},
        ("other", "other-3"): CENT * 47,
    }


def test_a_flood_of_dates_is_counted_without_buckets() -> None:
    """Charges that would open too many buckets are entries of their own."""
    limits = rules().model_copy(update={"limits": Limits(open_buckets=10)})
    rows = [Row(START + HOUR * 24 * day, CENT) for day in range(50)]
    core = DetectCore(limits)
    core.apply(
        [batch([Row(START, CENT)], 0, partitions=2)]
    )  # the other partition holds the watermark
    spend = run(core, [batch(rows, 1, partitions=2)])
    assert all(record.late for record in spend)
    spend += run(
        core,
        [
            batch([], 51, partitions=2, idle=True),
            batch([], 0, partition=1, partitions=2, idle=True),
            batch([], 0, partition=1, partitions=2, idle=True),
        ],
    )
    assert totals(spend) == {(): CENT * 51}


def test_an_ended_series_leaves_no_state() -> None:
    """After two weeks of silence and the horizon its records are deleted."""
    rows = [*hours("7", team="ads"), *[Row(START + HOUR * hour, CENT) for hour in range(60 * 24)]]
    core = DetectCore(rules())
    states: dict[bytes, bytes] = {}
    for at in range(0, len(rows), 100):
        for key, value in core.apply([batch(rows[at : at + 100], at)]).states.items():
            states[key] = value or b""
    assert {key.team for key in core.series} == {"search"}
    assert not [key for key, value in states.items() if b"ads" in key and value]


def test_a_series_that_ends_and_begins_again_in_one_chunk_keeps_its_new_state() -> None:
    """What deletes the ended series' records does not delete those of the new one."""
    rows = [*hours("7", team="ads"), *[Row(START + HOUR * hour, CENT) for hour in range(60 * 24)]]
    again = [Row(rows[-1].time, Decimal(9), "ads")]
    core = DetectCore(rules())
    states = dict(core.apply([batch(rows[:9], 0)]).states)
    states |= core.apply([batch(rows[9:], 9), batch(again, len(rows))]).states
    restarted = DetectCore(rules())
    restarted.load({key: value for key, value in states.items() if value is not None})
    spend = run(restarted, [end(len(rows) + 1)])
    assert totals(spend, "team")[("ads",)] == Decimal(9)


def test_an_older_bill_that_comes_after_the_source_went_quiet_is_counted() -> None:
    """A second provider's rows of the same days move no watermark, but the next quiet closes their buckets."""
    core = DetectCore(rules())
    run(core, [batch(hours("1", "1", "1", "1"), 0), end(4)])
    spend = run(core, [batch(hours("2", "2", team="ads"), 4), end(6)])
    assert totals(spend, "team") == {("ads",): Decimal(4)}


def test_a_bill_that_comes_after_quiet_is_scored_whole() -> None:
    """Its rows are spread over partitions that were all idle: no bucket closes on one partition's share."""
    core = DetectCore(rules(lateness="1h"))
    spend: list[SpendRecord] = []
    for day in range(3):
        rows = [Row(START + HOUR * (24 * day + hour), Decimal(50)) for hour in range(24)]
        for partition in (0, 1):
            share = batch(rows, 24 * day, partition=partition, partitions=2)
            spend += run(core, [share])
        for partition in (0, 1, 0, 1):
            spend += run(core, [end(24 * (day + 1), partition=partition, partitions=2)])
    assert {record.cost for record in spend} == {Decimal(100)}
    assert {record.revision for record in spend} == {1}


def test_quiet_that_is_told_again_changes_nothing() -> None:
    """It is told and confirmed, then told again and again; state is written only when it was news."""
    core = DetectCore(rules())
    core.apply([batch(hours("1", "2"), 0)])
    assert core.apply([end(2)]).states
    assert core.apply([end(2)]).states
    assert core.apply([end(2)]).states == {}


amounts = st.decimals(min_value=-50, max_value=1000, places=9)
charges = st.lists(
    st.builds(
        lambda hour, cost, team: Row(START + HOUR // 4 * hour, cost, team),
        st.integers(0, 60),
        amounts,
        st.sampled_from(["search", "ads", "ml"]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(charges, st.data())
def test_any_chunking_redelivery_and_restart_gives_the_same_spend(
    rows: list[Row], data: st.DataObject
) -> None:
    """Totals by team and day are those of a plain sum, also when the state is written and read between."""
    core = DetectCore(rules())
    states: dict[bytes, bytes] = {}
    spend: list[SpendRecord] = []

    def apply(each: ChargeBatch) -> None:
        outcome = core.apply([each])
        spend.extend(outcome.news.spend)
        for key, value in outcome.states.items():
            if value is None:
                states.pop(key, None)
            else:
                states[key] = value

    at = 0
    while at < len(rows):
        back = data.draw(st.integers(0, at), label="starts again from")
        following = data.draw(st.integers(at + 1, len(rows)), label="to")
        apply(batch(rows[back:following], back))
        at = following
        if data.draw(st.booleans(), label="restart"):
            core = DetectCore(rules())
            core.load(states)
            assert core.unreadable == []
    apply(end(len(rows)))
    expected: dict[tuple[str, ...], Decimal] = {}
    for row in rows:
        expected[(row.team,)] = expected.get((row.team,), Decimal(0)) + row.cost
    assert totals(spend, "team") == expected


@settings(max_examples=30, deadline=None)
@given(charges, st.integers(1, 5))
def test_any_split_over_partitions_gives_the_same_spend(rows: list[Row], homes: int) -> None:
    """Each charge is in exactly one partition of `charges`, and its sum does not depend on which."""
    spend: list[SpendRecord] = []
    for home in range(homes):
        core = DetectCore(rules())
        spend += run(core, [batch(rows, 0, home=(home, homes)), end(len(rows))])
    assert totals(spend) == {(): sum((row.cost for row in rows), Decimal(0))}


def test_order_within_the_lateness_does_not_matter() -> None:
    """The records are the same to the letter, forecasts included."""
    rows = hours(*map(str, range(1, 30)))
    swapped = rows.copy()
    for at in range(0, 28, 2):
        swapped[at], swapped[at + 1] = swapped[at + 1], swapped[at]
    limits = rules(lateness="3h")
    left = run(DetectCore(limits), [batch(rows, 0), end(29)])
    right = run(DetectCore(limits), [batch(swapped, 0), end(29)])
    assert left == right


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x91\x63", msgspec.msgpack.encode([99, {}])])
def test_an_unreadable_state_record_is_noted_and_learned_again(damage: bytes) -> None:
    """It never stops a worker, and the other records are taken over."""
    core = DetectCore(rules())
    states = core.apply([batch(hours("1", "2", "3"), 0)]).states
    damaged = {
        key: damage if key.startswith(b"m|") else value
        for key, value in states.items()
        if value is not None
    }
    fresh = DetectCore(rules())
    fresh.load(damaged)
    assert len(fresh.unreadable) == 1
    spend = run(fresh, [end(3)])
    assert [record.cost for record in spend] == [Decimal(3)]
