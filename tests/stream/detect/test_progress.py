"""The watermark: what it waits for, and what it does not."""

import pytest

from config.sources import SourceRules
from stream.detect.progress import APPENDED, SourceProgress
from stream.ingest.batch import VERSION, ChargeBatch

RULES = SourceRules.model_validate(
    {"bucket": "5m", "lateness": "2m", "horizon": "6h", "idle_after": "1m"}
)


def batch(
    partition: int,
    following: int,
    max_time: int | None,
    *,
    partitions: int = 2,
    idle: bool = False,
) -> ChargeBatch:
    return ChargeBatch(
        VERSION, "usage", partition, partitions, 0, following, max_time, idle, [], []
    )


QUIET = batch(1, 0, None, idle=True)


def watermark(*batches: ChargeBatch) -> int | None:
    progress = SourceProgress()
    for each in batches:
        progress.note(each, RULES)
    return progress.watermark


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        pytest.param([batch(0, 9, 1000)], None, id="a partition not heard of holds it back"),
        pytest.param([batch(0, 9, 1000), batch(1, 9, 400)], 280, id="the slowest counts"),
        pytest.param([batch(0, 9, 1000), QUIET], None, id="an idle one may have news too"),
        pytest.param([batch(0, 9, 1000), QUIET, QUIET], 880, id="it has none: told again"),
        pytest.param(
            [QUIET, QUIET, batch(0, 9, 1000), QUIET], None, id="it was told before news came"
        ),
        pytest.param(
            [batch(0, 9, 1000), QUIET, batch(0, 12, 2000), QUIET],
            880,
            id="it holds the watermark at what it confirmed",
        ),
        pytest.param(
            [batch(0, 9, 1000), QUIET, batch(1, 3, 700), batch(1, 3, None, idle=True)],
            580,
            id="something came in between: that is the newest it is known to have",
        ),
        pytest.param(
            [
                batch(0, 9, 1000, idle=True),
                batch(1, 9, 400, idle=True),
                batch(1, 9, None, idle=True),
            ],
            1200,
            id="all idle: to the end of the newest bucket and no further",
        ),
        pytest.param([batch(0, 0, None, partitions=1, idle=True)], None, id="nothing ever came"),
        pytest.param(
            [batch(0, 9, 1000, partitions=1), batch(0, 12, 700, partitions=1)],
            880,
            id="it never goes back",
        ),
        pytest.param(
            [batch(0, 9, 1000, partitions=1, idle=True), batch(0, 12, 2000, partitions=1)],
            1880,
            id="a partition that speaks again is idle no more",
        ),
    ],
)
def test_watermark(batches: list[ChargeBatch], expected: int | None) -> None:
    """It is the least newest event time of the partitions that flow, less the lateness."""
    assert watermark(*batches) == expected


def test_offsets_below_the_applied_one_are_known_by_source_partition() -> None:
    """Each source partition has its own position, which never goes back."""
    progress = SourceProgress()
    progress.note(batch(0, 20, 1000), RULES)
    progress.note(batch(0, 12, 1000), RULES)
    assert progress.applied(0) == 20
    assert progress.applied(1) == 0


WEEK = 7 * 86_400


@pytest.mark.parametrize(
    ("start", "families", "known"),
    [
        (880 + WEEK, (APPENDED,), True),
        (879 + WEEK, (APPENDED,), False),
        (880 + WEEK, ("aws|1",), False),
        (5000 + WEEK, ("aws|1",), True),
        (5000 + WEEK, ("aws|1", "gcp|2"), False),
        (4999 + WEEK, (), False),
        (5000 + WEEK, (), True),
    ],
)
def test_how_long_a_source_is_known(start: int, families: tuple[str, ...], *, known: bool) -> None:
    """From its first watermark on, an account with snapshots from the end of its first one; all, where none is named."""
    progress = SourceProgress()
    assert not progress.was_known(start, RULES, families)
    progress.note(batch(0, 9, 1000, partitions=1), RULES)
    progress.note(batch(0, 12, 4000, partitions=1), RULES)
    progress.since["aws|1"] = 5000
    assert progress.was_known(start, RULES, families) is known
