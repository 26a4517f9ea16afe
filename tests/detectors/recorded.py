"""Series with everything in them, and the file that holds the verdicts once given on them.

    python tests/detectors/recorded.py

writes the file anew, after a change that is meant to change verdicts.
"""

import json
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

from shapes import DAY, MONDAY, Point, changed, company

from detectors.engine import Detector
from detectors.verdict import Verdict

FILE = Path(__file__).with_name("recorded.json")
STEPS = (300, 3600, 86_400)


def points(step: int) -> list[Point]:
    """A spike, a retry storm, a fall to nothing and a level that stays, among days and weekends."""
    day = DAY // step
    if step == DAY:
        spend = [
            (MONDAY + index * DAY, 40.0 + 10 * (index % 7 < 5) + index % 3) for index in range(90)
        ]
        return list(changed(changed(spend, 40, [4]), 60, repeat(2.0, 90)))
    spend = company(7, weeks=3 if step == 3600 else 2, step=step, noise=0.07)
    for start, factors in (
        (9 * day + day // 3, [3.0]),
        (10 * day + day // 2, [2, 3.5, *repeat(5.0, 6)]),
        (11 * day + day // 4, repeat(0.0, max(8, day // 4))),
        (12 * day + day // 2, repeat(1.8, len(spend))),
    ):
        spend = list(
            changed(spend, start, list(factors) if start < 12 * day else [1.8] * len(spend))
        )
    return spend


def verdicts(step: int) -> Iterator[Verdict]:
    """What is said of every point of the last third before it is learned; of five-minute buckets every seventh."""
    detector, series = Detector(step), points(step)
    for place, (time, value) in enumerate(series):
        if place > len(series) // 3 and (step > 300 or place % 7 == 0):
            yield detector.score(time, value)
        detector.learn(time, value)


def main() -> None:
    """Write the file."""
    numbers = {
        step: [
            [each.expected, each.lower, each.upper, each.score, each.channel]
            for each in verdicts(step)
        ]
        for step in STEPS
    }
    FILE.write_text(
        json.dumps(numbers, indent=0).replace(",\n", ", ").replace("], [", "],\n["),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
