"""Charges for detect alone: one event a series and bucket, folded by ingest's own functions."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.throughput.traffic import START, rules
from config.loader import load_rules
from config.rules import Rules
from stream.ingest.batch import ChargeBatch
from stream.ingest.fold import Folder
from stream.ingest.source import Span
from stream.pipeline import Event

BUCKET: Final = 300
_LIMITS: Final = "limits: {series: 1000000, open_buckets: 1000000}\n"
_EVENT: Final = (
    b'{"schema":"spendwatch.usage.v1","id":"%d-%d","time":"%b","model":"house-model",'
    b'"team":"team-%02d","service":"service-%06d","cost":"%.4f","requests":1,"input_tokens":4000}'
)


def wide_rules() -> str:
    """Text of rules with buckets of five minutes that let a partition hold a million series."""
    return rules(bucket="5m", lateness="0s", idle_after="1h") + _LIMITS


def loaded(text: str) -> Rules:
    """Rules from their text."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "rules.yaml")
        path.write_text(text, encoding="utf-8")
        return load_rules(path)


def buckets(known: Rules, series: int, points: int, a_bucket: int = 1) -> Iterator[ChargeBatch]:
    """One batch a bucket, each with as many charges for every series; the next one closes the bucket before."""
    folder = Folder(known, 1)
    random = Random(1)  # noqa: S311 - a known load, not a secret
    for bucket in range(points + 1):
        time_of = int(START.timestamp()) + bucket * BUCKET
        stamp = _stamp(time_of)
        size = series * a_bucket
        first = bucket * size
        events = [
            Event(first + at, time_of * 1000, _event(at % series, first + at, stamp, random))
            for at in range(size)
        ]
        yield folder.fold(Span("usage", 0, 1, first, first + size), events).batches[0]


def one_event(bucket: int, offset: int) -> Event:
    """An event in a bucket, of a series of its own."""
    time_of = int(START.timestamp()) + bucket * BUCKET
    return Event(offset, time_of * 1000, _event(999_999, offset, _stamp(time_of), Random(1)))  # noqa: S311 - the same


def _stamp(time_of: int) -> bytes:
    return datetime.fromtimestamp(time_of, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def _event(at: int, number: int, stamp: bytes, random: Random) -> bytes:
    return _EVENT % (at, number, stamp, at % 50, at, 5 + random.random())
