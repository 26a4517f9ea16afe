"""The million points that `spendwatch score` is timed on."""

from pathlib import Path

import pytest

from benchmarks.throughput.score import ThreeSigma, seconds, write_series
from config.detection import Thresholds
from stream.cli.score import Scorer
from stream.scoring import SeriesScorer


@pytest.mark.parametrize("make", [ThreeSigma, lambda: SeriesScorer("none", Thresholds())])
@pytest.mark.parametrize("step", [300, 3600])
def test_every_point_is_scored(tmp_path: Path, make: type[Scorer], step: int) -> None:
    """As many rows come out as went in, by either scorer, and the time is that of some work."""
    source, out = tmp_path / "a.csv", tmp_path / "out"
    out.mkdir()
    write_series(source, 200, step)
    assert seconds([source], make, out) > 0
    assert len((out / "a.csv").read_text().splitlines()) == 201
