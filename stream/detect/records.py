"""State records of a partition, and their keys."""

from typing import Final

import msgspec

from alerting.beginning import Beginning
from alerting.ending import Silence
from alerting.lifecycle import Track
from stream.detect.bucket import ClosedBucket, OpenBucket
from stream.detect.progress import SourceProgress
from stream.detect.repeats import Block
from stream.detect.snapshots.records import PREFIX

PROGRESS_VERSION: Final = 2  # 1: series were placed by all of their key
PROGRESS = b"p"
OPEN, MODEL, CLOSED, IDS = b"o|", b"m|", b"c|", b"i|"


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
    mix: bytes = b""  # usual use of models; empty where none is measured
    unit_cost: bytes = b""
    lent: bytes = b""  # what a sibling lends in the first day
    beginning: Beginning | None = None  # the first day, where it is news
    silence: Silence | None = None  # where next to nothing comes
    creep: bytes = b""  # means of days; empty for fees
    rarity: bytes = b""  # its past incidents
    feedback: bytes = b""  # what was said of its anomalies
    outlook: bytes = b""  # `stream.detect.outlook`; empty where an older version wrote it
    heard: tuple[str, ...] = ()  # ids of the newest acts that it heard of


class ClosedRecord(msgspec.Struct, array_like=True):
    """A page of closed buckets of a series, within the horizon."""

    version: int
    buckets: dict[int, ClosedBucket]


class ClosedPage(msgspec.Struct, array_like=True):
    """The same, with its buckets passed over: few of them are ever asked for."""

    version: int
    buckets: msgspec.Raw


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
    return PREFIX + source.encode() + b"|" + key[len(PREFIX) :]


def parse_snapshot_key(key: bytes) -> tuple[str, bytes]:
    """Source and key of a key made by `snapshot_key`."""
    source, _, own = key[len(PREFIX) :].partition(b"|")
    return source.decode(), PREFIX + own
