"""State records of a partition's memory: which have changed, and how they are taken over."""

from collections.abc import Mapping
from typing import Final

from alerting.series import SeriesKey
from config.durations import format_duration
from detectors.errors import StateError
from stream.detect import kept, packed, records
from stream.detect.kept import KeptModel
from stream.detect.memory import Memory
from stream.detect.packed import NewerRecordError, OlderRecordError, RecordError
from stream.detect.records import OpenRecord, ProgressRecord
from stream.detect.repeats import Block
from stream.detect.series import Series
from stream.detect.snapshots.records import PREFIX as SNAPSHOT
from stream.errors import StateRefusedError

_REMEDY: Final = (
    "to go on without it would count wrongly: run the version of Spendwatch that wrote it, or begin anew under "
    "another SPENDWATCH_TOPIC_PREFIX"
)
OLDER_PLACEMENT: Final = (
    "workers before it kept a service's environments on different partitions, so that going on would count "
    "wrongly: let them read `charges` to its end, then begin anew under another SPENDWATCH_TOPIC_PREFIX "
    "(docs/operations.md, Upgrading)"
)


def changes(memory: Memory) -> dict[bytes, bytes | None]:
    """The records that changed since the last call; None deletes."""
    states: dict[bytes, bytes | None] = {}
    if memory.moved:
        progress = ProgressRecord(records.PROGRESS_VERSION, memory.sources)
        states[records.PROGRESS] = packed.encode(progress)
    for source, seen in memory.seen.items():
        for block, part, data in seen.changes():
            states[records.ids_key(source, block, part)] = data
    for source, snapshots in memory.snapshots.items():
        for key, data in snapshots.changes():
            states[records.snapshot_key(source, key)] = data
    states |= dict.fromkeys(memory.outdated)
    for series in memory.ended:  # before what began again in the same chunk
        states[records.open_key(series.text)] = None
        states[records.model_key(series.text)] = None
        for page in series.closed.pages():
            states[records.closed_key(series.text, page)] = None
    for series in memory.touched.values():
        _write_series(series, states)
    for written in (memory.touched, memory.ended, memory.outdated):
        written.clear()
    memory.moved = False
    return states


def _write_series(series: Series, states: dict[bytes, bytes | None]) -> None:
    if series.dirty_open:
        # as an `OpenRecord`, of which none is made for each bucket
        states[records.open_key(series.text)] = packed.encode(
            (
                packed.VERSION,
                series.closed_until,
                series.last_charge,
                series.open,
                series.forgotten,
                series.appended,
            )
        )
    if series.dirty_model:
        states[records.model_key(series.text)] = packed.encode(series.model.record())
    for page, record in series.closed.changes():
        states[records.closed_key(series.text, page)] = record
    series.dirty_open = series.dirty_model = False


def load(memory: Memory, states: Mapping[bytes, bytes]) -> list[str]:
    """Take over a partition's records, or a part of them in the order of their keys.

    Returns:
        What could not be read and is learned again, a text each.

    Raises:
        StateRefusedError: if going on would give wrong numbers.
    """
    passed_over = []
    for key, value in states.items():
        try:
            _load(memory, key, value)
        except (StateError, ValueError) as error:
            _refuse(memory, key, error)
            passed_over.append(kept.passed_over(key, error))
    for key in [key for key in states if key.startswith(records.OPEN)]:
        _find_end(memory, key)
    memory.due.update(memory.sources)  # a worker may have died between two shares
    return passed_over


def _load(memory: Memory, key: bytes, value: bytes) -> None:
    if key == records.PROGRESS:
        progress: ProgressRecord = packed.read(value, ProgressRecord, records.PROGRESS_VERSION)
        memory.sources.update(progress.sources)
        _check_buckets(memory)
    elif key.startswith(records.OPEN):
        hot: OpenRecord = packed.read(value, OpenRecord)
        series = _named(memory, key, records.OPEN)
        series.closed_until, series.last_charge = hot.closed_until, hot.last_charge
        series.open = hot.buckets
        memory.open_buckets.count += len(hot.buckets)
        series.appended = hot.appended
        if hot.forgotten is not None:
            series.forgotten = hot.forgotten
    elif key.startswith(records.MODEL):
        model = KeptModel.of(value)
        series = _named(memory, key, records.MODEL)
        series.late_model.keep(model)
        if model.beginning is not None:
            memory.beginning[series.key] = series
    elif key.startswith(records.CLOSED):
        text, page = records.parse_closed_key(key)
        memory.series_of(SeriesKey.parse(text)).closed.load(page, value)
    elif key.startswith(records.IDS):
        _load_ids(memory, key, value)
    elif key.startswith(SNAPSHOT):
        source, own = records.parse_snapshot_key(key)
        memory.snapshots_of(source).load(own, value)
    else:
        raise RecordError("unknown kind of record")


def _named(memory: Memory, key: bytes, kind: bytes) -> Series:
    return memory.series_of(SeriesKey.parse(key[len(kind) :].decode()))


def _load_ids(memory: Memory, key: bytes, value: bytes) -> None:
    source, number, part, span = records.parse_ids_key(key)
    seen = memory.ids_of(source)
    if span is None:  # written before the key told the span: the record moves to a key that does
        seen.load(Block(seen.span, number), None, value)
        memory.outdated.append(key)
    else:
        seen.load(Block(span, number), part, value)


def _refuse(memory: Memory, key: bytes, error: Exception) -> None:
    """Stop at a record that cannot be read, if counts hang on it and cannot be told as lost."""
    is_newer = isinstance(error, NewerRecordError) and not key.startswith(records.MODEL)
    if key == records.PROGRESS or key.startswith(SNAPSHOT) or is_newer:
        name = key.decode(errors="replace")
        is_older = key == records.PROGRESS and isinstance(error, OlderRecordError)
        remedy = OLDER_PLACEMENT if is_older else _REMEDY
        raise StateRefusedError(
            f"state record {name!r} of partition {memory.partition} cannot be read ({error}); {remedy}"
        ) from error
    if key.startswith(records.CLOSED):
        text, page = records.parse_closed_key(key)
        memory.series_of(SeriesKey.parse(text)).closed.lose(page)


def _check_buckets(memory: Memory) -> None:
    for name, source in memory.sources.items():
        must = memory.rules.sources.of(name).bucket
        if source.bucket not in (0, must):
            kept, said = format_duration(source.bucket), format_duration(must)
            raise StateRefusedError(
                f"sources.{name}.bucket is {said}, but what was counted so far is in buckets of {kept}, and they "
                f"cannot be told apart on the topic `spend`: write {kept} again, or begin anew under another "
                "SPENDWATCH_TOPIC_PREFIX and publish there what shall count"
            )


def _find_end(memory: Memory, key: bytes) -> None:
    """A series whose open buckets cannot be read goes on where its closed ones end: none is told twice."""
    series = _named(memory, key, records.OPEN)
    if series.closed_until is None and not series.open:
        series.close_known()
