"""Series of known shape, seeded."""

import math
import random
from collections.abc import Iterable, Iterator

from detectors.engine import Detector

Point = tuple[int, float]  # bucket start in epoch seconds, amount

MONDAY = 1_717_372_800  # 3 June 2024, 00:00 UTC
DAY, WEEK = 86_400, 604_800


def company(
    seed: int, *, weeks: int, step: int, noise: float, daily: float = 0.6, weekend: float = 0.45
) -> list[Point]:
    """Spend with a day, a weekend and multiplicative noise, around 20 a bucket."""
    chance = random.Random(seed)
    points = []
    for index in range(weeks * WEEK // step):
        time = MONDAY + index * step
        day = 1 + daily * math.cos(2 * math.pi * ((time % DAY) / DAY - 0.6))
        week = weekend if (time // DAY + 3) % 7 >= 5 else 1.0
        points.append((time, 20 * day * week * math.exp(chance.gauss(0, noise))))
    return points


def alerts(detector: Detector, points: Iterable[Point]) -> list[int]:
    """The places of the points that score 1.0 or more, each scored before it is learned."""
    places = []
    for place, (time, value) in enumerate(points):
        if detector.score(time, value).score >= 1:
            places.append(place)
        detector.learn(time, value)
    return places


def incidents(places: list[int], apart: int) -> int:
    """How many incidents alerts make if those up to ``apart`` points apart are one."""
    return sum(
        place - before > apart for before, place in zip([-(10**9), *places], places, strict=False)
    )


def changed(points: Iterable[Point], start: int, factors: Iterable[float]) -> Iterator[Point]:
    """The points, those from ``start`` on multiplied by the factors."""
    by = list(factors)
    for place, (time, value) in enumerate(points):
        inside = 0 <= place - start < len(by)
        yield time, value * (by[place - start] if inside else 1.0)
