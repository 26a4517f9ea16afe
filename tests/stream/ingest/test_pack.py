"""Messages are of a size that the topic takes, and bring what one message would have brought."""

import itertools
import json
from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.spend import SpendRecord
from stream.detect.core import DetectCore
from stream.ingest import batch as wire
from stream.ingest.batch import ChargeBatch
from stream.ingest.dead_letters import LONGEST, record_of
from stream.ingest.fold import Folder
from stream.ingest.pack import Packed, pack
from stream.ingest.slices import slices
from stream.ingest.source import Span
from stream.ledger import Ledger
from stream.pipeline import Event
from tests.stream.detect.batches import rules
from tests.stream.ingest.lines import lines_of
from tests.stream.ingest.test_fold import NOW_MS, focus

LIMIT = 400


def events(*values: bytes, start: int = 0) -> list[Event]:
    return [Event(start + at, NOW_MS, value) for at, value in enumerate(values)]


def packed(records: list[Event], limit: int = LIMIT, partitions: int = 2) -> Packed:
    first = records[0].offset
    span = Span("billing", 0, 1, first, first + len(records))
    return pack(Folder(rules(), partitions), span, records, limit)


def decoded(messages: Iterable[bytes]) -> list[ChargeBatch]:
    return [wire.decode(message) for message in messages]


def spend(batches: Iterable[ChargeBatch], end: int) -> dict[tuple[str, ...], tuple[Decimal, int]]:
    """Totals by series and day with charges, after the source has ended."""
    core, ledger = DetectCore(rules(remember_ids="60d")), Ledger()
    idle = Folder(rules(), 1).idle(Span("billing", 0, 1, end, end))
    for batch in [*batches, *idle]:
        told: list[SpendRecord] = core.apply([batch]).news.spend
        for record in told:
            ledger.add(record)
    lines = ledger.totals(("service", "day"))
    return {line.group: (line.cost, line.charges) for line in lines if line.charges}


def charge(number: int) -> bytes:
    row = {"x_LineItemId": f"item-{number % 40}", "ResourceId": f"resource-{number % 7}"}
    return focus(f"{number}.25", f"service-{number % 5}", f"2025-12-{number % 9 + 1:02}", **row)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=30), st.integers(250, 3000))
@settings(max_examples=60, deadline=None)
def test_slices_bring_the_same_spend(numbers: list[int], limit: int) -> None:
    """Late charges and repeats among them, and whatever the size of a message."""
    records = events(*map(charge, numbers))
    whole = packed(records, limit=1 << 20, partitions=1)
    cut = packed(records, limit, partitions=1)
    if not cut.folded.dead:
        end = len(records)
        assert spend(decoded(cut.messages[0]), end) == spend(decoded(whole.messages[0]), end)


@given(st.lists(st.integers(0, 99), min_size=4, max_size=30, unique=True), st.data())
@settings(max_examples=60, deadline=None)
def test_slices_that_come_again_count_once(numbers: list[int], data: st.DataObject) -> None:
    """A worker that dies between two slices leaves a chunk that is handled again, with other bounds."""
    records = events(*map(charge, numbers))
    once = decoded(packed(records, partitions=1).messages[0])
    sent = data.draw(st.integers(0, len(once)))
    size = data.draw(st.integers(1, len(records)))
    again = [
        batch
        for at in range(0, len(records), size)
        for batch in decoded(packed(records[at : at + size], partitions=1).messages[0])
    ]
    end = len(records)
    assert spend([*once[:sent], *again], end) == spend(once, end)


def test_slices_are_small_and_cover_all_offsets_in_order() -> None:
    """The last one says how far the time of the chunk has come."""
    done = packed(events(*map(charge, range(60))))
    for partition, messages in enumerate(done.messages):
        batches = decoded(messages)
        assert len(batches) > 1
        assert max(map(len, messages)) <= LIMIT
        bounds = [(batch.start, batch.following) for batch in batches]
        assert bounds[0][0] == 0
        assert bounds[-1][1] == 60
        assert all(left[1] == right[0] for left, right in itertools.pairwise(bounds))
        whole = done.folded.batches[partition]
        assert batches[-1].max_time == whole.max_time
        assert all(batch.present == whole.present for batch in batches)
        for batch in batches:
            named = {line.contributor for _, line in lines_of(batch)}
            assert named == set(range(len(batch.contributors)))


def test_a_chunk_that_fits_is_one_message_a_partition() -> None:
    """The bytes are those of the batch."""
    done = packed(events(charge(1), charge(2)), limit=7 << 20)
    assert done.messages == [[wire.encode(batch)] for batch in done.folded.batches]


def test_a_message_that_is_too_large_alone_is_refused_whole() -> None:
    """For all partitions, so that nothing of it counts when it is sent again in parts."""
    large = b"[" + b",".join(map(charge, range(60))) + b"]"
    done = packed(events(charge(1), large, charge(2)), limit=800)
    (letter,) = done.folded.dead
    assert (letter.offset, letter.refused.reason) == (1, "message_too_large")
    assert letter.refused.original == large
    lines = [line.offset for batch in done.folded.batches for _, line in lines_of(batch)]
    assert sorted(lines) == [0, 2]
    assert [decoded(messages)[-1].following for messages in done.messages] == [3, 3]


def test_a_large_dead_letter_is_cut() -> None:
    """The topic would not take it, and the worker would try for ever; the header says how long it was."""
    done = packed(events(b"x" * (LONGEST + 1)))
    record = record_of(done.folded.dead[0], "billing")
    assert len(record.value) == LONGEST
    assert dict(record.headers)["cut-from"] == str(LONGEST + 1).encode()


def test_charges_of_snapshots_are_cut_with_the_others() -> None:
    """Begin mark, lines and end mark keep their order."""
    header = {"version": 1, "id": "march", "taken_at": NOW_MS}

    def marked(at: int, value: bytes, **more: str) -> Event:
        headers = [("spendwatch-snapshot", json.dumps({**header, **more}).encode())]
        return Event(at, NOW_MS, value, headers)

    records = [
        marked(0, b"", mark="begin"),
        *(marked(at, charge(at)) for at in range(1, 21)),
        marked(21, b"", mark="end"),
    ]
    (messages,) = packed(records, partitions=1, limit=700).messages
    parts = [part for batch in decoded(messages) for part in batch.snapshots]
    assert len(parts) > 1
    assert [part.begun for part in parts] == [0, *[None] * (len(parts) - 1)]
    assert [part.ended for part in parts] == [False] * (len(parts) - 1) + [True]
    offsets = [[line.offset for each in part.series for line in each.lines] for part in parts]
    assert sorted(offset for each in offsets for offset in each) == list(range(1, 21))
    assert all(max(left) < min(right) for left, right in itertools.pairwise(offsets))


@pytest.mark.parametrize("limit", [1, 100])
def test_an_empty_batch_is_never_too_large(limit: int) -> None:
    """It has nothing that could be cut."""
    (batch,) = Folder(rules(), 1).idle(Span("billing", 0, 1, 5, 5))
    assert slices(batch, limit).messages == [wire.encode(batch)]
