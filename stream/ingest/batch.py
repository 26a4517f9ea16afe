"""The message on the topic `charges`: what one chunk of a source partition brings to one partition.

It is internal and compact (msgpack arrays). Each chunk sends one to *every* partition of `charges`, also
where there is no charge for it, since it carries how far the source has come.
"""

from decimal import Decimal
from typing import NamedTuple

import msgspec

from alerting.series import SeriesKey
from stream.ingest.columns import ChargeColumns, ColumnsError

VERSION = 3


class BatchError(ValueError):
    """The bytes are not a batch that this version can read."""


class NewerBatchError(BatchError):
    """A batch of a version that is newer than this one: its charges must not be passed over."""


class OlderBatchError(BatchError):
    """A batch of a version that is older than this one, whose series were on other partitions."""


class ChargeLine(NamedTuple):
    """One charge within its series: of a snapshot, or one whose cost has more digits than a column holds."""

    offset: int  # of the Kafka message that brought it, in the source partition
    time: int  # start of the charge period, epoch seconds
    cost: Decimal
    contributor: int  # index into the batch's ``contributors``
    usage: tuple[int, int, int, int, int, int] | None = None
    # requests, input, cache read, cache write, output and unpriced tokens
    identity: int = (
        0  # hash of the producer's id, by which a repeat is found; 0 where there is none
    )


class SeriesCharges(msgspec.Struct, array_like=True, gc=False):
    """The charges of one series, in the order of their offsets."""

    key: SeriesKey
    lines: list[ChargeLine]


class ScopedCharges(msgspec.Struct, array_like=True, gc=False):
    """The charges of one series within one scope of a snapshot."""

    scope: str
    key: SeriesKey
    lines: list[ChargeLine]


class SnapshotCharges(msgspec.Struct, array_like=True):
    """What a chunk brings of one snapshot: nothing of it counts before the snapshot is complete.

    A scope, such as a billing account's month, is what a snapshot replaces as a whole. A snapshot is complete
    when each partition of the source topic has brought its end mark. What comes without its begin mark before
    it is of a snapshot that is over already, and is passed over.
    """

    snapshot: str
    taken_at: int  # epoch milliseconds; of two snapshots of a scope the later one counts
    ended: bool  # the end mark of this source partition is among the offsets
    max_time: int | None  # as in the batch, of this snapshot's charges alone
    scopes: list[str]  # of all its charges among the offsets, whichever partition they went to
    series: list[ScopedCharges]
    begun: int | None = None  # offset of this source partition's begin mark, if it is among them


class ChargeBatch(msgspec.Struct, array_like=True):
    """Charges of the offsets ``start`` to ``following`` (exclusive) of one source partition.

    ``max_time`` is the newest event time among *all* charges of those offsets, whichever partition they
    went to; None if there was none. ``idle`` says that the source partition was drained and quiet.
    ``contributors`` holds texts such as ``model=gpt-4o;region=eu``, named by index. ``present`` tells in
    which buckets of the source there was any charge among the offsets, whichever partition it went to: spans
    of bucket starts, both ends included, in order. Charges are in ``columns``, but for the few whose cost has
    too many digits: those are in ``series``. Charges of snapshots are in ``snapshots`` alone.
    """

    version: int
    source: str
    partition: int
    partitions: int  # of the source topic: partitions not heard of yet hold the watermark back
    start: int
    following: int
    max_time: int | None
    idle: bool
    contributors: list[str]
    series: list[SeriesCharges]
    present: list[tuple[int, int]] = []
    snapshots: list[SnapshotCharges] = []
    columns: ChargeColumns | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ChargeBatch)


def encode(batch: ChargeBatch) -> bytes:
    """Bytes for the topic `charges`."""
    return _encoder.encode(batch)


def decode(data: bytes) -> ChargeBatch:
    """The batch of a message.

    Raises:
        NewerBatchError: if it is of a newer version.
        OlderBatchError: if it is of an older version.
        BatchError: if the bytes are no batch.
    """
    try:
        batch = _decoder.decode(data)
    except msgspec.MsgspecError as error:
        _check_version(data)
        raise BatchError(f"not a charge batch: {error}") from error
    if batch.version != VERSION:
        _check_version(data)
        raise BatchError(f"charge batch of version {batch.version}, this worker reads {VERSION}")
    if batch.columns is not None:
        _check_columns(batch.columns, len(batch.contributors))
    return batch


def _check_columns(columns: ChargeColumns, contributors: int) -> None:
    try:
        columns.check(contributors)
    except ColumnsError as error:
        raise BatchError(f"not a charge batch: {error}") from error


def _check_version(data: bytes) -> None:
    try:
        version = msgspec.msgpack.decode(data)[0]
    except (msgspec.MsgspecError, TypeError, LookupError):
        return
    if not isinstance(version, int) or version < 1 or version == VERSION:
        return
    kind = NewerBatchError if version > VERSION else OlderBatchError
    raise kind(f"charge batch of version {version}, this worker reads {VERSION}") from None
