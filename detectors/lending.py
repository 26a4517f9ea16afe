"""Numbers of an experienced series, put where a young one knows nothing yet: `detectors.siblings` says when."""

from typing import Final

from detectors.learned import Learned
from detectors.places import (
    DAY_DRIFT,
    ERRORS,
    FIRST_ROW,
    LEARNED,
    LEVEL,
    MEAN,
    OVERALL,
    RESTLESS,
    SHIFT_TAIL,
    SIZE,
    SURGE_TAIL,
    TAIL,
    VARIANCE,
    WEEK_DRIFT,
    Vector,
)
from detectors.profile import COLUMNS, OF_RESIDUAL
from detectors.seasons import DAY

_HOUR_WEIGHT: Final = 0.01  # of a borrowed hour; by it is seen that no own point came, too
_WEIGHT: Final = 0.02  # of a borrowed mean: as much as half an hour has in one of a day
_WIDER: Final = 2.5  # times the sibling's spread
_CREDIT: Final = 36  # points, or half a day of them: as much as it is worth when alerts are weighed
_ROWS: Final = 24
_LEAST, _MOST = 1e-6, 1e6  # of a ratio of roots; what is farther apart is not alike


def lend(to: Learned, sibling: Learned, ratio: float, step: int) -> None:
    """Give a young series what its sibling knows of the day, the week, the spread and the tails.

    Args:
        to: what the young series has learned, which changes.
        sibling: what the other one has learned.
        ratio: roots of the young one's amounts, over those of the sibling's.
        step: seconds a bucket, of both.
    """
    if not _LEAST < ratio < _MOST:
        return
    _lend_hours(to, sibling, ratio)
    numbers, lent = to.numbers, sibling.numbers
    for place in (LEVEL, SIZE, ERRORS + 4, ERRORS + 6):  # the errors of the two profiles
        numbers[place], numbers[place + 1] = lent[place] * ratio, _WEIGHT
    numbers[OVERALL], numbers[OVERALL + 1] = lent[OVERALL] * ratio * _WIDER, _WEIGHT
    forget_drift(to)
    lend_tails(to, sibling)
    numbers[MEAN], numbers[VARIANCE] = lent[MEAN] * ratio**2, lent[VARIANCE] * ratio**4
    numbers[LEARNED] = max(numbers[LEARNED], _CREDIT, DAY // 2 // step)


def forget_drift(to: Learned) -> None:
    """Take the profiles as they are: how far the series was off them was said of other ones."""
    for place in (DAY_DRIFT, WEEK_DRIFT):
        to.numbers[place], to.numbers[place + 1] = 0.0, _WEIGHT


def lend_tails(to: Learned, sibling: Learned) -> None:
    """Give a young series what its sibling knows of how rare a deviation is: in units of its own."""
    numbers, lent = to.numbers, sibling.numbers
    for place in (TAIL, SHIFT_TAIL, SURGE_TAIL):
        numbers[place], numbers[place + 1] = lent[place], lent[place + 1]
    numbers[RESTLESS] = lent[RESTLESS]


def lift(to: Learned, factor: float) -> None:
    """Bring the borrowed hours to another height."""
    if _LEAST < factor < _MOST:
        for place in _borrowed(to.rows):
            to.rows[place] *= factor


def _borrowed(rows: Vector) -> list[int]:
    return [at for at in range(0, len(rows), 2) if rows[at + 1] == _HOUR_WEIGHT]


def _lend_hours(to: Learned, sibling: Learned, ratio: float) -> None:
    """Own means stay; the others are those of the sibling's same hour, whose first row is another."""
    rows, lent = to.rows, sibling.rows
    rows.extend([0.0] * (_ROWS * COLUMNS - len(rows)))
    apart = int(to.numbers[FIRST_ROW]) - int(sibling.numbers[FIRST_ROW])
    for row in range(_ROWS):
        place, there = row * COLUMNS, (row + apart) % _ROWS * COLUMNS
        for column in range(0, COLUMNS, 2):
            at, of_sibling = place + column, there + column
            if not rows[at + 1] and of_sibling < len(lent) and lent[of_sibling + 1]:
                wider = _WIDER if column == OF_RESIDUAL else 1.0
                rows[at], rows[at + 1] = lent[of_sibling] * ratio * wider, _HOUR_WEIGHT
