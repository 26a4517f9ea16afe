"""How a load goes through day and week, and how it wobbles: the shapes that the simulated spend has."""

from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]  # UTC epoch seconds

HOUR: Final = 3600
DAY: Final = 86_400
_EPOCH_WEEKDAY: Final = 3  # 1970-01-01 was a Thursday
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A daily and a weekly wave round 1.0, the mean of a working day.

    ``swing`` is how far the peak is above the mean and the trough below it (0 is flat), ``peak`` the hour
    (UTC) of the peak, ``weekend`` the load on Saturdays and Sundays against a working day.
    """

    swing: float
    peak: float
    weekend: float

    def load(self, times: Times) -> Floats:
        """The load at each time."""
        hours = (times % DAY) / HOUR
        wave = 1 + self.swing * np.cos((hours - self.peak) * (2 * np.pi / 24))
        weekday = (times // DAY + _EPOCH_WEEKDAY) % 7
        return wave * np.where(weekday >= _SATURDAY, self.weekend, 1.0)


OFFICE: Final = Rhythm(swing=0.55, peak=13, weekend=0.55)
SHOPPERS: Final = Rhythm(swing=0.45, peak=17, weekend=0.85)
SERVERS: Final = Rhythm(swing=0.22, peak=16, weekend=0.9)
NIGHTLY: Final = Rhythm(swing=0.7, peak=2, weekend=1.0)
FLAT: Final = Rhythm(swing=0.0, peak=0, weekend=1.0)


def generator(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one line of spend: what is added beside it does not change them."""
    return np.random.default_rng([seed, crc32(name.encode())])


def wobble(random: np.random.Generator, number: int, sigma: float) -> Floats:
    """Independent factors round 1.0, with a relative standard deviation of ``sigma``."""
    return np.exp(random.normal(-sigma * sigma / 2, sigma, number))


def drift(random: np.random.Generator, times: Times, sigma: float) -> Floats:
    """Factors round 1.0 that move within the hour, by ``sigma`` from one hour to the next."""
    if times.size == 0:
        return np.ones(0)
    hours = np.arange(times[0], times[-1] + 2 * HOUR, HOUR)
    return np.asarray(np.interp(times, hours, wobble(random, hours.size, sigma)))
