"""Rules that change over state that is there: exact, or refused with a remedy."""

from decimal import Decimal

import msgspec
import pytest

from alerting.spend import SpendRecord
from stream.detect import records
from stream.detect.core import DetectCore
from stream.errors import StateRefusedError
from stream.ledger import Ledger
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

DAY = 24 * HOUR


def hours(count: int, first: int = 0) -> list[Row]:
    return [Row(START + HOUR * hour, Decimal(1)) for hour in range(first, first + count)]


def total(spend: list[SpendRecord]) -> Decimal:
    ledger = Ledger()
    for record in spend:
        ledger.add(record)
    return sum((line.cost for line in ledger.totals(())), Decimal(0))


def kept(core: DetectCore, rows: list[Row], spend: list[SpendRecord]) -> dict[bytes, bytes]:
    states: dict[bytes, bytes] = {}
    outcome = core.apply([batch(rows, 0)])
    spend += outcome.news.spend
    states |= {key: value for key, value in outcome.states.items() if value is not None}
    return states


def test_another_bucket_is_refused() -> None:
    """Entries of the old buckets and of the new ones would replace one another."""
    states = kept(DetectCore(rules()), hours(30), [])
    with pytest.raises(StateRefusedError, match=r"sources\.billing\.bucket is 5m.*buckets of 1h"):
        DetectCore(rules(bucket="5m")).load(states)


@pytest.mark.parametrize("horizon", ["1h", "2d", "40d"])
def test_another_horizon_loses_nothing(horizon: str) -> None:
    """A bucket that the old horizon forgot is not restated by the new one: its late charge is an entry of its own."""
    spend: list[SpendRecord] = []
    states = kept(DetectCore(rules(horizon="1d")), hours(240), spend)
    core = DetectCore(rules(horizon=horizon))
    core.load(states)
    late = [Row(START + HOUR * hour, Decimal("0.25")) for hour in (0, 1, 100, 230, 239)]
    spend += core.apply([batch(late, 240)]).news.spend
    spend += core.apply([batch(hours(240, 240), 245)]).news.spend
    spend += core.apply([batch(late, 485), end(490)]).news.spend
    assert total(spend) == Decimal(480) + Decimal("2.5")


@pytest.mark.parametrize("memory", ["2h", "62d"])
def test_another_memory_of_ids_counts_no_repeat(memory: str) -> None:
    """Ids that are remembered stay so, whichever blocks they are kept in; what is outdated is deleted."""
    rows = [row._replace(identity=1 + at) for at, row in enumerate(hours(20))]
    spend: list[SpendRecord] = []
    states = kept(DetectCore(rules(remember_ids="2d")), rows, spend)
    core = DetectCore(rules(remember_ids=memory))
    core.load(states)
    outcome = core.apply([batch(rows, 20), end(40)])
    spend += outcome.news.spend
    assert total(spend) == Decimal(20)
    assert outcome.repeats == 20


def test_ids_of_records_without_a_span_move_to_keys_with_one() -> None:
    """The first form of the key did not tell how long its block is."""
    rows = [row._replace(identity=1 + at) for at, row in enumerate(hours(20))]
    states = kept(DetectCore(rules(remember_ids="2d")), rows, [])
    old = {key.rpartition(b"|")[0] if key[:2] == b"i|" else key: states[key] for key in states}
    core = DetectCore(rules(remember_ids="2d"))
    core.load(old)
    outcome = core.apply([batch(rows, 20)])
    assert outcome.repeats == 20
    moved = {key: value for key, value in outcome.states.items() if key[:2] == b"i|"}
    assert {key for key, value in moved.items() if value is None} == {
        k for k in old if k[:2] == b"i|"
    }
    assert {key: value for key, value in moved.items() if value is not None}.keys() == {
        key for key in states if key[:2] == b"i|"
    }


def newer(value: bytes) -> bytes:
    return msgspec.msgpack.encode(
        [records.PROGRESS_VERSION + 1, *msgspec.msgpack.decode(value, strict=False)[1:]]
    )


@pytest.mark.parametrize("kind", [records.PROGRESS, records.OPEN, records.CLOSED])
def test_state_of_a_newer_version_is_refused_where_money_is_in_it(kind: bytes) -> None:
    """A worker that was rolled back would count wrongly."""
    states = kept(DetectCore(rules()), hours(30), [])
    damaged = {
        key: newer(value) if key.startswith(kind) else value for key, value in states.items()
    }
    with pytest.raises(StateRefusedError, match="run the version of Spendwatch that wrote it"):
        DetectCore(rules()).load(damaged)


def test_state_of_before_kin_were_together_is_refused() -> None:
    """Its series are on other partitions than their charges now go to; the line says what to do."""
    states = kept(DetectCore(rules()), hours(30), [])
    fields = msgspec.msgpack.decode(states[records.PROGRESS], strict=False)
    before = msgspec.msgpack.encode([records.PROGRESS_VERSION - 1, *fields[1:]])
    with pytest.raises(StateRefusedError, match="begin anew under another SPENDWATCH_TOPIC_PREFIX"):
        DetectCore(rules()).load(states | {records.PROGRESS: before})


def test_models_of_a_newer_version_are_learned_again() -> None:
    """No money is in them."""
    states = kept(DetectCore(rules()), hours(30), [])
    damaged = {
        key: newer(value) if key[:2] == records.MODEL else value for key, value in states.items()
    }
    core = DetectCore(rules())
    core.load(damaged)
    assert len(core.unreadable) == 1


def test_damaged_progress_is_refused() -> None:
    """Without it charges would be applied again."""
    states = kept(DetectCore(rules()), hours(30), [])
    with pytest.raises(StateRefusedError, match="'p'"):
        DetectCore(rules()).load(states | {records.PROGRESS: b"\xc1"})


def test_late_charges_of_a_page_that_cannot_be_read_are_entries_of_their_own() -> None:
    """To restate from nothing would forget what the bucket held."""
    spend: list[SpendRecord] = []
    states = kept(DetectCore(rules()), hours(30), spend)
    damaged = {
        key: b"\xc1" if key[:2] == records.CLOSED else value for key, value in states.items()
    }
    core = DetectCore(rules())
    core.load(damaged)
    assert core.unreadable
    spend += core.apply([batch([Row(START, Decimal(5))], 30), end(31)]).news.spend
    assert total(spend) == Decimal(35)
