"""Makes batches as ingest would, from plain rows."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from alerting.series import SeriesKey
from config.rules import Rules
from stream.ingest.batch import VERSION, ChargeBatch, ChargeLine
from stream.ingest.home import partition_of
from stream.ingest.present import spans_of
from tests.stream.ingest.lines import columns_of

HOUR = 3600
START = 1_700_000_000 // 86_400 * 86_400


def rules(**usage: str) -> Rules:
    """Rules with short durations: one-hour buckets, no lateness unless said."""
    source = {"bucket": "1h", "lateness": "0s", "horizon": "7d", "idle_after": "1m", **usage}
    return Rules.model_validate(
        {
            "version": 1,
            "sources": {"billing": source, "usage": source},
            "routing": {"default_channel": "#spend"},
            "digest": {"channel": "#finops"},
        }
    )


class Row(NamedTuple):
    """A charge in a source partition: its place is its offset."""

    time: int
    cost: Decimal
    team: str = "search"
    kind: str = "usage"
    identity: int = 0

    @property
    def key(self) -> SeriesKey:
        return SeriesKey("billing", self.team, "compute", "production", self.kind, "USD")


def batch(
    rows: Iterable[Row],
    start: int,
    *,
    partition: int = 0,
    partitions: int = 1,
    home: tuple[int, int] = (0, 1),
    idle: bool = False,
) -> ChargeBatch:
    """What ``rows`` (offsets from ``start``) bring to partition ``home[0]`` of ``home[1]``."""
    rows = list(rows)
    lines: list[tuple[SeriesKey, ChargeLine]] = []
    for offset, row in enumerate(rows, start):
        if partition_of(row.key, home[1]) == home[0]:
            lines.append((row.key, ChargeLine(offset, row.time, row.cost, 0, None, row.identity)))
    return ChargeBatch(
        VERSION,
        "billing",
        partition,
        partitions,
        start,
        start + len(rows),
        max((row.time for row in rows), default=None),
        idle,
        ["region=eu"],
        [],
        spans_of((row.time for row in rows), HOUR),
        [],
        columns_of(lines),
    )


def end(after: int, **options: int) -> ChargeBatch:
    """The source partition is drained and quiet after so many rows."""
    return batch([], after, idle=True, **options)  # type: ignore[arg-type]
