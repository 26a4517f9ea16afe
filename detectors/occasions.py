"""What comes at the same hour of the same day of many weeks or months is a job, however high it stands.

The highest excursions of 13 months are remembered: two dozen a series, those that matter most. A day of them is
like today by its weekday, its day of the month, its day counted from the month's end, or as its first or last
working day. Where something came at this hour of two such days as much as the higher of them is expected: a weekly or
monthly job is silent from its third time on, and alerts again once it is a quarter higher than it ever was.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from detectors.calendar import Calendar
from detectors.dates import earlier
from detectors.fortnight import WIDEST
from detectors.places import Vector
from detectors.recurrence import APART, BESIDE, NOTHING, Recurring, Step
from detectors.seasons import HOUR

COLUMNS: Final = 6
"""Side (1 or -1), first and last hour since the epoch, extreme amount, largest deviation, which time it is."""

MOST: Final = 24  # excursions
MOST_NUMBERS: Final = MOST * COLUMNS

_FAR = 3.0  # deviations
_WIDEST = 1e6  # deviations; beyond it size says nothing
_HOURS = 400 * 24  # 13 months
_FADING = 60 * 24  # hours after which an excursion matters half
_OFTEN = 3  # an excursion that came again matters twice as much, or as often as this
_NEEDED = 2  # times that it came; once is chance, as an hour of a day in thirty is soon hit
_LIKE = 1 / 3  # of the higher of two is as much: jobs vary
_SILENT = 1e6  # by which the score is divided


class Match(NamedTuple):
    """An excursion of an earlier day that was like today, moved to today."""

    row: int
    place: int  # of `detectors.dates`: how the days are alike
    side: float
    first: int  # local hour
    last: int
    extreme: float


def learn(
    occasions: Vector, time: int, value: float, deviation: float, matches: Sequence[Match]
) -> bool:
    """Takes in a point; what is far enough from its forecast is remembered.

    Args:
        occasions: what is remembered, oldest first.
        time: start of the bucket, epoch seconds.
        value: its amount.
        deviation: of the point from its forecast.
        matches: what came at this hour of earlier days that were like today (`at`).

    Returns:
        whether `matching` may have changed.
    """
    if -_FAR < deviation < _FAR:
        return False
    hour, side = time // HOUR, 1.0 if deviation > 0 else -1.0
    value, size = min(max(value, -WIDEST), WIDEST), min(abs(deviation), _WIDEST)
    for place in range(len(occasions) - COLUMNS, -1, -COLUMNS):
        if occasions[place] == side:
            if hour - occasions[place + 2] > APART:
                break
            occasions[place + 2] = hour
            if (value - occasions[place + 3]) * side > 0:
                occasions[place + 3] = value
            occasions[place + 4] = max(size, occasions[place + 4])
            return True
    before = {match.row for match in matches if match.side == side}
    times = 1.0 + max((occasions[row * COLUMNS + 5] for row in before), default=0.0)
    occasions.extend((side, hour, hour, value, size, min(times, _OFTEN)))
    _forget(occasions, hour)
    return True


def matching(occasions: Vector, calendar: Calendar, day: int, step: int) -> tuple[Match, ...]:
    """What came on earlier days that were like a local day."""
    return tuple(_matching(occasions, calendar, day, step)) if occasions else ()


def at(matches: Sequence[Match], hour: int) -> list[Match]:
    """Those of today's matches that came at a local hour, or beside it."""
    return [match for match in matches if match.first - BESIDE <= hour <= match.last + BESIDE]


def expected(matches: Sequence[Match], median: float) -> Recurring:
    """How high rises and falls may be to be nothing new, by those that came `at` the hour.

    Args:
        matches: what came.
        median: of the series; heights are measured from it.
    """
    if len(matches) < _NEEDED:
        return NOTHING
    kinds: dict[tuple[float, int], dict[int, float]] = {}
    for match in matches:
        kinds.setdefault((match.side, match.place), {})[match.row] = match.extreme
    sides: tuple[list[Step], list[Step]] = ([], [])
    for (side, _), extremes in kinds.items():
        heights = sorted(((one - median) * side for one in extremes.values()), reverse=True)
        for higher, lower in pairwise(heights):
            if lower >= _LIKE * higher:
                sides[0 if side > 0 else 1].append((median + side * higher, _SILENT))
                break
    return tuple(sides[0]), tuple(sides[1])


def _matching(occasions: Vector, calendar: Calendar, day: int, step: int) -> Iterator[Match]:
    alike = earlier(calendar, day)
    for row in range(len(occasions) // COLUMNS):
        side, begin, end, extreme, _, _ = occasions[row * COLUMNS : (row + 1) * COLUMNS]
        first, last = (calendar.local_hour(int(hour), step) for hour in (begin, end))
        for before in range((first - BESIDE) // 24, (last + BESIDE) // 24 + 1):
            later = 24 * (day - before)
            for place in alike.get(before, ()):
                yield Match(row, place, side, first + later, last + later, extreme)


def _forget(occasions: Vector, now: int) -> None:
    """Gives up what is older than 13 months, and what matters least if there is too much."""
    while now - occasions[2] > _HOURS:
        del occasions[:COLUMNS]
    if len(occasions) > MOST_NUMBERS:
        rows = range(0, len(occasions), COLUMNS)
        least = min(rows, key=lambda place: _weight(occasions, place, now))
        del occasions[least : least + COLUMNS]


def _weight(occasions: Vector, place: int, now: int) -> float:
    _, _, last, _, size, times = occasions[place : place + COLUMNS]
    return size * times / (1.0 + max(now - last, 0.0) / _FADING)
