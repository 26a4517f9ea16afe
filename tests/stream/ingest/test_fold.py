"""A chunk becomes one message a partition: every charge in exactly one of them, every refusal named."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alerting.series import SeriesKey
from stream.ingest import batch as wire
from stream.ingest.dead_letters import record_of
from stream.ingest.fold import Folded, Folder
from stream.ingest.home import partition_of
from stream.ingest.source import Span
from stream.pipeline import Event
from tests.stream.detect.batches import rules
from tests.stream.ingest.lines import lines_of

NOW_MS = 1_767_225_600_000  # 2026-01-01
PARTITIONS = 4


def focus(cost: object, service: str = "Compute", day: str = "2025-12-01", **more: object) -> bytes:
    row = {
        "EffectiveCost": cost,
        "BillingCurrency": "USD",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargeCategory": "Usage",
        "ServiceName": service,
        **more,
    }
    return json.dumps(row).encode()


def fold(*values: bytes | None) -> Folded:
    events = [Event(100 + at, NOW_MS, value) for at, value in enumerate(values)]
    span = Span("billing", 3, 8, 100, 100 + len(values))
    return Folder(rules(), PARTITIONS).fold(span, events)


def lines(folded: Folded) -> list[tuple[str, int, Decimal]]:
    return sorted(
        (key.service, line.offset, line.cost)
        for batch in folded.batches
        for key, line in lines_of(batch)
    )


def test_every_partition_gets_a_message_and_every_charge_is_in_one() -> None:
    """Also the partitions without a charge: the message says how far the source is."""
    folded = fold(*[focus("1.5", f"service-{number}") for number in range(3)])
    assert len(folded.batches) == PARTITIONS
    assert {(batch.start, batch.following, batch.partition) for batch in folded.batches} == {
        (100, 103, 3)
    }
    assert lines(folded) == [(f"service-{n}", 100 + n, Decimal("1.5")) for n in range(3)]


def test_a_series_is_on_the_partition_of_its_stable_hash() -> None:
    """It must not change between versions: state would be elsewhere."""
    key = SeriesKey("usage", "search", "answers", "production", "usage", "USD")
    assert [partition_of(key, count) for count in (1, 4, 12)] == [0, 2, 10]


def test_all_series_of_a_team_and_service_are_on_one_partition() -> None:
    """They learn from one another; the separator in a name makes no others kin."""
    key = SeriesKey("usage", "search", "answers", "production", "usage", "USD")
    kin = SeriesKey("usage", "search", "answers", "staging", "recurring", "EUR")
    assert partition_of(key, 1000) == partition_of(kin, 1000)
    others = [
        SeriesKey("usage", *names, "", "usage", "USD") for names in (("a|b", "c"), ("a", "b|c"))
    ]
    assert others[0].kin_text() != others[1].kin_text()


def test_the_newest_event_time_is_that_of_the_whole_chunk() -> None:
    """In every message, whichever partition the newest charge went to."""
    folded = fold(focus(1, "a", "2025-12-01"), focus(1, "b", "2025-12-09"))
    assert {batch.max_time for batch in folded.batches} == {1_765_238_400}


def test_a_charge_dated_in_the_future_moves_no_watermark() -> None:
    """A prepaid year would close every bucket till then; the broker's time is the limit."""
    folded = fold(focus(1, day="2027-12-01"))
    assert {batch.max_time for batch in folded.batches} == {NOW_MS // 1000}


def test_bad_events_are_refused_and_the_others_go_on() -> None:
    """With reason, origin and their own bytes."""
    bad = focus(None)
    folded = fold(focus(1), bad, None, focus(2))
    assert [cost for _, _, cost in lines(folded)] == [Decimal(1), Decimal(2)]
    assert [(letter.offset, letter.refused.reason) for letter in folded.dead] == [
        (101, "missing_cost"),
        (102, "empty"),
    ]
    record = record_of(folded.dead[0], "billing")
    assert record.value == bad
    headers = {name: value.decode() for name, value in record.headers}
    assert (headers["topic"], headers["partition"], headers["offset"]) == ("billing", "3", "101")
    assert headers["reason"] == "missing_cost"


def test_a_dead_letter_of_a_chunk_handled_again_has_the_same_key() -> None:
    """Compaction and readers see one, not two."""
    keys = {record_of(fold(focus(None)).dead[0], "billing").key for _ in range(2)}
    assert keys == {b"billing/3/100/0"}


def test_usage_without_a_price_is_counted_in_tokens() -> None:
    """Never as a cost of zero without a word."""
    value = json.dumps(
        {
            "schema": "spendwatch.usage.v1",
            "id": "1",
            "time": "2025-12-01T00:00:00Z",
            "provider": "nobody",
            "model": "unheard-of",
            "input_tokens": 70,
            "output_tokens": 5,
        }
    ).encode()
    folded = Folder(rules(), 1).fold(Span("usage", 0, 1, 0, 1), [Event(0, NOW_MS, value)])
    ((_, line),) = lines_of(folded.batches[0])
    assert line.cost == 0
    assert line.usage is not None
    assert line.usage[5] == 75


def test_a_repeat_has_the_identity_of_its_original() -> None:
    """The same id at the same time; in another hour it is another charge, and without an id there is none."""

    def identity(**row: str) -> int:
        folded = fold(focus(1, **row))
        ((_, line),) = [each for batch in folded.batches for each in lines_of(batch)]
        return line.identity

    first = identity(x_LineItemId="abc")
    assert first == identity(x_LineItemId="abc", RegionId="eu") != 0
    assert first != identity(x_LineItemId="abd")
    assert first != identity(x_LineItemId="abc", day="2025-12-02")
    assert identity() == 0


def test_batches_come_back_from_their_bytes() -> None:
    """Exact to the last digit."""
    folded = fold(focus("0.0827499841274349353"), focus("1.81E-8", "b"))
    again = [wire.decode(wire.encode(batch)) for batch in folded.batches]
    assert again == folded.batches


@pytest.mark.parametrize("data", [b"", b"{}", b"\x90", msgspec.msgpack.encode([2, *[0] * 9])])
def test_bytes_that_are_no_batch_raise_the_typed_error(data: bytes) -> None:
    """Never anything else."""
    with pytest.raises(wire.BatchError):
        wire.decode(data)


def test_a_batch_of_a_newer_version_names_both_versions() -> None:
    """So that a half rolled-out upgrade is understood from the log."""
    fields: list[Any] = [9, "billing", 0, 1, 0, 1, None, False, [], []]
    with pytest.raises(wire.BatchError, match="version 9, this worker reads 3"):
        wire.decode(msgspec.msgpack.encode(fields))
