"""Totals: the newest revision of each entry counts once, exactly, and currencies never meet."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from alerting.series import SeriesKey
from alerting.spend import SpendRecord
from stream.detect.bucket import Totals
from stream.detect.emit import spend_record
from stream.ledger import Ledger

START = datetime(2026, 6, 1, tzinfo=UTC)


def record(
    cost: str,
    *,
    hour: int = 0,
    team: str = "search",
    currency: str = "USD",
    revision: int = 1,
    late: str = "",
) -> SpendRecord:
    key = SeriesKey("billing", team, "compute", "", "usage", currency)
    at = int((START + timedelta(hours=hour)).timestamp())
    totals = Totals(Decimal(cost), 1)
    return spend_record(
        key, key.text(), (at, at + 3600), totals, revision=revision, delta=totals.cost, late=late
    )


def total(ledger: Ledger) -> Decimal:
    return sum((line.cost for line in ledger.totals(())), Decimal(0))


@given(st.permutations([1, 2, 3, 4]))
def test_the_newest_revision_counts_in_whatever_order_they_come(order: list[int]) -> None:
    """Compaction and several partitions keep no order over keys."""
    ledger = Ledger()
    for revision in order:
        ledger.add(record(str(revision * 10), revision=revision))
    assert total(ledger) == 40


def test_late_entries_are_added_and_shown_apart() -> None:
    """They are in the total, and finance sees how much of it came late."""
    ledger = Ledger()
    for each in (
        record("5"),
        record("0.25", late="billing-0-7"),
        record("0.25", late="billing-0-9"),
    ):
        ledger.add(each)
    (line,) = ledger.totals(("team",))
    assert (line.cost, line.late) == (Decimal("5.50"), Decimal("0.50"))


def test_currencies_are_never_added_to_each_other() -> None:
    """Each has a line of its own."""
    ledger = Ledger()
    ledger.add(record("5"))
    ledger.add(record("7", currency="EUR"))
    assert [(line.currency, line.cost) for line in ledger.totals(())] == [
        ("EUR", Decimal(7)),
        ("USD", Decimal(5)),
    ]


def test_the_span_includes_its_beginning_and_excludes_its_end() -> None:
    """As FOCUS has it."""
    ledger = Ledger(START + timedelta(hours=1), START + timedelta(hours=3))
    for hour in range(5):
        ledger.add(record(str(10**hour), hour=hour))
    assert total(ledger) == 110


def test_days_and_months_are_dimensions() -> None:
    """In UTC."""
    ledger = Ledger()
    for hour, cost in ((0, "1"), (23, "2"), (24, "4"), (24 * 30, "8")):
        ledger.add(record(cost, hour=hour))
    assert {line.group: line.cost for line in ledger.totals(("day",))} == {
        ("2026-06-01",): Decimal(3),
        ("2026-06-02",): Decimal(4),
        ("2026-07-01",): Decimal(8),
    }
    assert {line.group for line in ledger.totals(("month",))} == {("2026-06",), ("2026-07",)}


def test_totals_come_by_time_then_by_size() -> None:
    """Days stand in their order, and within a day the largest first."""
    ledger = Ledger()
    for hour, cost, team in ((24, "9", "a"), (0, "1", "a"), (0, "2", "b")):
        ledger.add(record(cost, hour=hour, team=team))
    assert [(*line.group, line.cost) for line in ledger.totals(("team", "day"))] == [
        ("b", "2026-06-01", Decimal(2)),
        ("a", "2026-06-01", Decimal(1)),
        ("a", "2026-06-02", Decimal(9)),
    ]


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=12), max_size=40))
def test_sums_are_exact(costs: list[Decimal]) -> None:
    """To the last digit, at any size."""
    ledger = Ledger()
    for hour, cost in enumerate(costs):
        ledger.add(record(str(cost), hour=hour))
    numerators = sum(int(cost.scaleb(12)) for cost in costs)
    assert total(ledger) == Decimal(numerators).scaleb(-12)
