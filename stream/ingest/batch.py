"""The message on the topic `charges`: what one chunk of a source partition brings to one partition.

It is internal and compact (msgpack arrays). Each chunk sends one to *every* partition of `charges`, also
where there is no charge for it, since it carries how far the source has come.
"""

from decimal import Decimal
from typing import NamedTuple

import msgspec

from alerting.series import SeriesKey

VERSION = 1


class BatchError(ValueError):
    """The bytes are not a batch that this version can read."""


class ChargeLine(NamedTuple):
    """One charge within its series."""

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


class ChargeBatch(msgspec.Struct, array_like=True):
    """Charges of the offsets ``start`` to ``following`` (exclusive) of one source partition.

    ``max_time`` is the newest event time among *all* charges of those offsets, whichever partition they
    went to; None if there was none. ``idle`` says that the source partition was drained and quiet.
    ``contributors`` holds texts such as ``model=gpt-4o;region=eu``, named by index.
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


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ChargeBatch)


def encode(batch: ChargeBatch) -> bytes:
    """Bytes for the topic `charges`."""
    return _encoder.encode(batch)


def decode(data: bytes) -> ChargeBatch:
    """The batch of a message.

    Raises:
        BatchError: if the bytes are no batch, or one of another version.
    """
    try:
        batch = _decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise BatchError(f"not a charge batch: {error}") from error
    if batch.version != VERSION:
        raise BatchError(f"charge batch of version {batch.version}, this worker reads {VERSION}")
    return batch
