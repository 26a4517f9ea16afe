"""Where the numbers of a series stand: all that a detector of usage learns is one vector, its rows and its hours.

The parts of the detector hold what is the same for all series of one step, and are shared by them; what a
series learns they are given. So a young series takes a kilobyte and an old one four, and saving it is copying.
A mean takes two places, the mean and its weight (`detectors.fading`); of a group of means the first is named.
"""

from array import array
from typing import Final, TypeAlias

Vector: TypeAlias = "array[float]"  # array cannot be subscripted at run time

LEARNED: Final = 0  # points
SIGNED: Final = 1  # whether amounts below zero came: 0 or 1

RECENT: Final = 2
LEVEL: Final = 4
DAY_DRIFT: Final = 6
WEEK_DRIFT: Final = 8
ERRORS: Final = 10  # of the four forecasters
FIRST_ROW: Final = (
    18  # hour of the day (of daily buckets: day since the epoch, modulo 7) of the first row
)

UNIT: Final = 19  # root of the smallest change seen: 1 for counts, near 0 for money
LAST: Final = 20  # amount
OVERALL: Final = 21
SIZE: Final = 23

TAIL: Final = 25  # how often it begins, and its mean excess
SHIFT_TAIL: Final = 27
SHIFT: Final = 29
AWAY: Final = 30  # points that stayed away; the sign is the side
GAP: Final = 31

BLOCK: Final = 33  # the hour that is being added up, its sum and its points
TOTAL: Final = 34
COUNT: Final = 35
QUANTILES: Final = 36  # four of them
MEDIAN: Final = QUANTILES + 1
KNOWN: Final = 40  # hours
FIRST_HOUR: Final = 41  # the hour, modulo a fortnight, that stands first

MEAN: Final = 42
VARIANCE: Final = 43

SURGE: Final = 44  # mean of the deviations of late
RESTLESS: Final = 45  # usual size of a deviation
SURGE_TAIL: Final = 46
WIDTH: Final = 48  # from here on: the points of the last hour but the next one

MEANS: Final = (
    RECENT, LEVEL, DAY_DRIFT, WEEK_DRIFT, *range(ERRORS, ERRORS + 8, 2), OVERALL, SIZE, GAP,
)  # fmt: skip
NEVER_BELOW_ZERO: Final = (
    LEARNED, SIGNED, *range(ERRORS, ERRORS + 8, 2), UNIT, OVERALL, SIZE, COUNT, KNOWN, VARIANCE,
    RESTLESS,
)  # fmt: skip
