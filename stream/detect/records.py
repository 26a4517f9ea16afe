"""State records: versioned msgpack, read by code that trusts nothing."""

from typing import Any, Final

import msgspec

from alerting.lifecycle import Track
from stream.detect import snapshot_records
from stream.detect.bucket import ClosedBucket, OpenBucket
from stream.detect.progress import SourceProgress
from stream.detect.repeats import Block

VERSION: Final = 1
PROGRESS = b"p"
OPEN, MODEL, CLOSED, IDS = b"o|", b"m|", b"c|", b"i|"


class RecordError(ValueError):
    """A state record that this version cannot read."""


class NewerRecordError(RecordError):
    """A state record of a version that is newer than this one."""


class ProgressRecord(msgspec.Struct, array_like=True):
    """How far the sources have come; one record a partition."""

    version: int
    sources: dict[str, SourceProgress]


class OpenRecord(msgspec.Struct, array_like=True):
    """The hot part of a series: its open buckets."""

    version: int
    closed_until: int | None
    last_charge: int
    buckets: dict[int, OpenBucket]
    forgotten: int | None = None  # closed buckets before this moment are not remembered
    appended: bool = False  # whether charges came that are of no snapshot


class ModelRecord(msgspec.Struct, array_like=True):
    """The learned part of a series, written once a closed bucket."""

    version: int
    detector: bytes
    contributors: bytes
    measures: bytes
    track: Track | None
    recent: bytes
    past: tuple[Track, ...] = ()
    late: float = 0.0  # money that comes late to a bucket, usually
    past_since: int = -(1 << 62)  # before it late charges begin no anomaly
    outlook: bytes = b""  # `stream.detect.outlook`; empty where an older version wrote it


class ClosedRecord(msgspec.Struct, array_like=True):
    """A page of closed buckets of a series, within the horizon."""

    version: int
    buckets: dict[int, ClosedBucket]


_encoder = msgspec.msgpack.Encoder()
encode = _encoder.encode


def read(data: bytes, form: type[Any]) -> Any:
    """A record of the given form.

    Raises:
        RecordError: if the bytes are not of this form or version.
    """
    try:
        record = msgspec.msgpack.decode(data, type=form)
    except msgspec.MsgspecError as error:
        raise RecordError(str(error)) from error
    if record.version > VERSION:
        raise NewerRecordError(f"version {record.version}, this worker reads {VERSION}")
    if record.version != VERSION:
        raise RecordError(f"version {record.version}, this worker reads {VERSION}")
    return record


def open_key(series: str) -> bytes:
    """Key of a series' open buckets."""
    return OPEN + series.encode()


def model_key(series: str) -> bytes:
    """Key of a series' models."""
    return MODEL + series.encode()


def closed_key(series: str, page: int) -> bytes:
    """Key of a page of closed buckets, by its start in epoch seconds."""
    return CLOSED + f"{page}|{series}".encode()


def parse_closed_key(key: bytes) -> tuple[str, int]:
    """Series and page of a key made by `closed_key`."""
    page, series = key[len(CLOSED) :].decode().split("|", 1)
    return series, int(page)


def ids_key(source: str, block: Block, part: int) -> bytes:
    """Key of some ids of a block of a source's charges. Before 0.2 it did not tell the block's span."""
    return IDS + f"{source}|{block.number}|{part}|{block.span}".encode()


def parse_ids_key(key: bytes) -> tuple[str, int, int, int | None]:
    """Source, number of the block, part and span of a key made by `ids_key`; None where it tells no span."""
    source, number, part, *span = key[len(IDS) :].decode().split("|")
    return source, int(number), int(part), int(span[0]) if span else None


def snapshot_key(source: str, key: bytes) -> bytes:
    """Key of a record of a source's snapshots; ``key`` begins with their prefix."""
    prefix = snapshot_records.PREFIX
    return prefix + source.encode() + b"|" + key[len(prefix) :]


def parse_snapshot_key(key: bytes) -> tuple[str, bytes]:
    """Source and key of a key made by `snapshot_key`."""
    prefix = snapshot_records.PREFIX
    source, _, own = key[len(prefix) :].partition(b"|")
    return source.decode(), prefix + own
