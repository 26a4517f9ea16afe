"""Rows and marks of snapshots: gathered apart, with what every partition of `charges` must hear of."""

import json
from decimal import Decimal

import pytest

from stream.formats.snapshot_header import NAME, SnapshotHeader, SnapshotHeaderError, parse
from stream.ingest import batch as wire
from stream.ingest.batch import SnapshotCharges
from stream.ingest.fold import Folded, Folder
from stream.ingest.source import Span
from stream.pipeline import Event
from tests.stream.detect.batches import rules
from tests.stream.ingest.lines import lines_of

NOW_MS = 1_767_225_600_000  # 2026-01-01
PARTITIONS = 4
ID, TAKEN_AT = "march-1", 1_767_000_000_000
HEADER = {"version": 1, "id": ID, "taken_at": TAKEN_AT}


def header(**more: object) -> tuple[tuple[str, bytes], ...]:
    return ((NAME, json.dumps({**HEADER, **more}).encode()),)


def focus(cost: object, service: str, day: str = "2025-12-01", **more: object) -> bytes:
    row = {
        "EffectiveCost": cost,
        "BillingCurrency": "USD",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ServiceName": service,
        "ProviderName": "AWS",
        "BillingAccountId": "1",
        "RegionId": f"region-{service}",
        **more,
    }
    return json.dumps(row).encode()


def fold(*events: tuple[bytes | None, tuple[tuple[str, bytes], ...]]) -> Folded:
    made = [Event(100 + at, NOW_MS, value, headers) for at, (value, headers) in enumerate(events)]
    span = Span("billing", 3, 8, 100, 100 + len(events))
    return Folder(rules(), PARTITIONS).fold(span, made)


def parts(folded: Folded) -> list[SnapshotCharges]:
    """That of each partition."""
    return [part for batch in folded.batches for part in batch.snapshots]


def found(folded: Folded) -> list[tuple[str, str, int, Decimal, str]]:
    return sorted(
        (
            group.key.service,
            group.scope,
            line.offset,
            line.cost,
            batch.contributors[line.contributor],
        )
        for batch in folded.batches
        for part in batch.snapshots
        for group in part.series
        for line in group.lines
    )


def test_rows_of_a_snapshot_do_not_count_by_themselves() -> None:
    """They are in no series of the batch, and move neither its newest time nor what is present."""
    folded = fold((focus(1, "a"), header()), (focus(2, "b"), header()))
    assert all(not lines_of(batch) and not batch.present for batch in folded.batches)
    assert {batch.max_time for batch in folded.batches} == {None}
    assert folded.charges == 2
    assert found(folded) == [
        ("a", "AWS|1|2025-12-01", 100, Decimal(1), "region=region-a;account=1"),
        ("b", "AWS|1|2025-12-01", 101, Decimal(2), "region=region-b;account=1"),
    ]


def test_rows_without_the_header_count_beside_them() -> None:
    """Whatever the rules say: the header decides."""
    folded = fold((focus(1, "a"), header()), (focus(2, "a"), ()), (focus(4, "a"), header()))
    lines = [line for batch in folded.batches for _, line in lines_of(batch)]
    assert [(line.offset, line.cost) for line in lines] == [(101, Decimal(2))]
    assert [(offset, cost) for _, _, offset, cost, _ in found(folded)] == [
        (100, Decimal(1)),
        (102, Decimal(4)),
    ]


def test_every_partition_hears_of_marks_scopes_and_times() -> None:
    """Also where there is no charge of it: what vanished must be taken back there."""
    folded = fold(
        (None, header(mark="begin")),
        (focus(1, "a", "2025-12-09"), header()),
        (focus(1, "b", BillingAccountId="2"), header()),
        (None, header(mark="end")),
    )
    assert len(parts(folded)) == PARTITIONS
    for part in parts(folded):
        assert (part.snapshot, part.taken_at) == (ID, TAKEN_AT)
        assert (part.begun, part.ended) == (100, True)
        assert part.max_time == 1_765_238_400
        assert part.scopes == ["AWS|1|2025-12-01", "AWS|2|2025-12-01"]
    assert folded.dead == []


def test_a_mark_alone_is_a_part() -> None:
    """A bill without rows in a partition of the source begins and ends there all the same."""
    for mark, begun, ended in (("begin", 100, False), ("end", None, True)):
        folded = fold((b"", header(mark=mark)))
        assert [(part.begun, part.ended, part.scopes) for part in parts(folded)] == [
            (begun, ended, [])
        ] * PARTITIONS


def test_two_snapshots_in_a_chunk_are_kept_apart() -> None:
    """Two publishers at the same time."""
    folded = fold((focus(1, "a"), header()), (focus(2, "a"), header(id="other", taken_at=5)))
    assert {(part.snapshot, part.taken_at) for part in parts(folded)} == {
        (ID, TAKEN_AT),
        ("other", 5),
    }


def test_bad_rows_of_a_snapshot_are_refused_and_the_others_are_taken() -> None:
    """As without one."""
    folded = fold((focus(None, "a"), header()), (focus(2, "b"), header()))
    assert [(letter.offset, letter.refused.reason) for letter in folded.dead] == [
        (100, "missing_cost")
    ]
    assert [cost for *_, cost, _ in found(folded)] == [Decimal(2)]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"march-1",
        b"\xff",
        b"[" * 5000,
        b'{"version": 2, "id": "a", "taken_at": 1}',
        b'{"version": 1, "id": "", "taken_at": 1}',
        b'{"version": 1, "id": "a b", "taken_at": 1}',
        b'{"version": 1, "id": "a", "taken_at": -1}',
        b'{"version": 1, "id": "a", "taken_at": "now"}',
        b'{"version": 1, "id": "a", "taken_at": 1, "mark": "middle"}',
        b'{"version": 1, "id": "a"}',
    ],
)
def test_a_row_whose_header_cannot_be_read_is_refused(value: bytes) -> None:
    """It must not count by itself either: the whole bill would count beside the snapshot before."""
    with pytest.raises(SnapshotHeaderError, match="the header spendwatch-snapshot"):
        parse(value)
    row = focus(1, "a")
    folded = fold((row, ((NAME, value),)))
    assert [(letter.refused.reason, letter.refused.original) for letter in folded.dead] == [
        ("bad_snapshot", row)
    ]
    assert parts(folded) == []
    assert folded.charges == 0


def test_the_header_comes_back_from_its_bytes() -> None:
    """As it is written in the docs; fields of later versions are passed over."""
    sent = SnapshotHeader(version=1, id=ID, taken_at=TAKEN_AT, mark="end")
    name, value = sent.pair()
    assert name == "spendwatch-snapshot"
    assert parse(value) == sent
    assert parse(json.dumps({**HEADER, "by": "x"}).encode()).mark is None


def test_usage_with_the_header_is_refused() -> None:
    """Only bills have periods that an export replaces."""
    value = json.dumps(
        {
            "schema": "spendwatch.usage.v1",
            "id": "1",
            "time": "2025-12-01T00:00:00Z",
            "provider": "p",
            "model": "m",
            "input_tokens": 1,
        }
    ).encode()
    span = Span("usage", 0, 1, 0, 1)
    folded = Folder(rules(), 1).fold(span, [Event(0, NOW_MS, value, header())])
    assert [letter.refused.reason for letter in folded.dead] == ["bad_snapshot"]


def test_batches_with_snapshots_come_back_from_their_bytes() -> None:
    """Exact to the last digit."""
    folded = fold((None, header(mark="begin")), (focus("0.08274", "a"), header()))
    assert [wire.decode(wire.encode(batch)) for batch in folded.batches] == folded.batches
