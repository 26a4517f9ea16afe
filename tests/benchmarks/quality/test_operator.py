"""Someone who answers alerts."""

from random import Random

from benchmarks.quality.operator import Operated
from benchmarks.quality.watching import Spendwatch

HOUR = 3600


def _points() -> list[tuple[int, float]]:
    """Five weeks with a rise every third day, at changing hours."""
    chance = Random(3)
    points = []
    for hour in range(24 * 35):
        rises = hour > 24 * 10 and hour % 72 == 24 + (hour // 72 * 5) % 24
        points.append((hour * HOUR, 100.0 * chance.uniform(0.9, 1.1) * (2.0 if rises else 1.0)))
    return points


def _alerts(watcher: Operated | Spendwatch) -> int:
    raised = 0
    for time, value in _points():
        raised += watcher.score(time, value).score >= 1.0
        watcher.learn(time, value)
    return raised


def test_answers_count() -> None:
    """Called wrong each time, alerts become fewer; called right they do not; without answers nothing changes."""
    plain = _alerts(Spendwatch(HOUR, 0))
    silent = _alerts(Operated(HOUR, 0, lambda _: False, 0.0, "a"))
    wrong = _alerts(Operated(HOUR, 0, lambda _: False, 1.0, "a"))
    right = _alerts(Operated(HOUR, 0, lambda _: True, 1.0, "a"))
    assert silent == plain
    assert wrong < plain <= right
