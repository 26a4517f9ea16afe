"""``spendwatch score`` on one core: a CSV of a million points in, their scores out, beside 3 sigma over the same CSV code.

    python -m benchmarks.throughput.score [--points 1000000] [--runs 3]

The series is seeded: a day, a weekend, noise of a tenth and a storm now and then, in buckets of five minutes and of
an hour. Seconds are those of the processor; every run writes all of its rows.
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from river.stats import Mean, Var

from config.detection import Thresholds
from stream.cli.score import Scorer, score_file
from stream.scoring import ScoredRow, SeriesScorer

DAY = 86_400
STEPS = {300: "five minutes", 3600: "an hour"}
_START = 946_857_600  # Monday, 3 January 2000: a million hours from here end in 2114
_END = 4_102_444_800  # 1 January 2100, where times begin anew
_STORM, _EACH = 4.0, 5000  # as many times the spend, once in as many points
_KNOWN = 30  # points before 3 sigma alerts


class ThreeSigma:
    """River's mean and variance of all points so far; three deviations are 1.0."""

    def __init__(self) -> None:
        self._mean, self._var, self._incidents = Mean(), Var(), 0

    def score(self, time: int, value: float) -> ScoredRow:
        """Score a row, then learn it."""
        del time
        mean, reach = self._mean.get(), 3.0 * math.sqrt(self._var.get()) + 1e-12
        score = abs(value - mean) / reach if self._mean.n > _KNOWN else 0.0
        self._mean.update(value)
        self._var.update(value)
        self._incidents += score >= 1.0
        incident = self._incidents if score >= 1.0 else None
        return ScoredRow(mean, mean - reach, mean + reach, score, incident)


def write_series(path: Path, points: int, step: int) -> None:
    """A CSV of so many points; a series that would leave the century is cut into files by the caller."""
    chance = Random(step)  # noqa: S311 - repeatable, not secret
    with path.open("w", encoding="utf-8") as file:
        file.write("timestamp,value\n")
        for place in range(points):
            at = _START + place * step
            day = 1 + 0.6 * math.cos(2 * math.pi * ((at % DAY) / DAY - 0.6))
            week = 0.45 if (at // DAY + 3) % 7 >= 5 else 1.0
            storm = _STORM if place % _EACH > _EACH - 7 else 1.0
            value = 20 * day * week * storm * math.exp(chance.gauss(0, 0.1))
            file.write(f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S},{value:.6f}\n")


def seconds(sources: list[Path], make: Callable[[], Scorer], out: Path) -> float:
    """Processor seconds of scoring the files, one after the other."""
    before = time.process_time()
    for source in sources:
        score_file(source, out / source.name, make())
    return time.process_time() - before


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(
        "| buckets of | Spendwatch, s | µs a point | 3 sigma by River, s | ratio |\n|---|---|---|---|---|"
    )
    with TemporaryDirectory() as folder:
        for step, name in STEPS.items():
            print(_row(name, step, options.points, options.runs, Path(folder)), flush=True)


def _row(name: str, step: int, points: int, runs: int, folder: Path) -> str:
    files = -(-points * step // (_END - _START))
    sources = [folder / f"{step}-{number}.csv" for number in range(files)]
    for source in sources:
        write_series(source, points // files, step)
    out = folder / "out"
    out.mkdir(exist_ok=True)
    taken = [
        (
            seconds(sources, lambda: SeriesScorer("none", Thresholds()), out),
            seconds(sources, ThreeSigma, out),
        )
        for _ in range(runs)
    ]
    ours, theirs = (statistics.median(run[side] for run in taken) for side in (0, 1))
    ratio = statistics.median(run[0] / run[1] for run in taken)
    count = points // files * files
    return f"| {name} | {ours:.1f} | {ours / count * 1e6:.1f} | {theirs:.1f} | {ratio:.1f} |"


if __name__ == "__main__":
    main()
