"""The incidents of one series in one direction: how often they come, and how far they go.

Strength is a score in units of the bar at normal sensitivity, so that 1.0 alerts. What reaches `START` is an
incident, whether it alerted or not; those up to six hours apart are one, as strong as its strongest point. Beyond
the start the tail is taken as that of Pareto (peaks over threshold on declustered extremes: Coles, "An Introduction
to Statistical Modeling of Extreme Values", 2001, chapters 4 and 5)::

    tail(s) = rate of incidents x (s / START) ** (-1 / reach)

What came is counted as well, for a job is as strong each time and has no tail. The rate of incidents of strength s or
more is that of those counted, brought towards the tail as if that had been seen for two weeks.
"""

from math import exp, log
from struct import Struct
from typing import Final

import msgspec

from detectors.seasons import DAY, HOUR

START: Final = 0.65  # strength from which on there is an incident
KEPT: Final = Struct("<2f")
APART: Final = 6 * HOUR  # seconds; incidents no farther apart are one

_LIFETIME = 43 * DAY  # mean, of what is remembered: a half-life of 30 days
_NEVER = -(1 << 62)
_PRIOR_INCIDENTS, _PRIOR_DAYS = 1.0, 7.0  # as if so many had come in so many days before the first
_EXCESS, _REACH = 0.15, 0.25  # before anything is known
_PRIOR_WEIGHT, _MOST_WEIGHT = 5.0, 30.0  # incidents
_USUAL_MOST = (
    1.2  # strength; the bar learns no more, or one incident would teach that incidents are usual
)
_FARTHEST = 3.0  # in natural logarithms: twenty times the start
MOST_KEPT: Final = 24  # of the newest incidents
_LONGEST = 3 * _LIFETIME  # for which one counts
_ALIKE = 0.95  # of a strength is as strong
_TAIL_DAYS = 14.0  # that the tail is worth beside what was counted


class Peaks(msgspec.Struct, array_like=True, gc=False):
    """What is remembered of them. The last incident is counted once it is over."""

    count: float = 0.0  # incidents, faded
    counted: int = _NEVER  # when the newest of them ended, epoch seconds
    excess: float = _EXCESS  # mean strength beyond the start, up to `_USUAL_MOST`
    reach: float = _REACH  # mean logarithm of strength over the start
    strongest: float = 0.0  # of all
    last: int = _NEVER  # newest point of the incident under way
    height: float = 0.0  # its strength; 0.0 if none is under way
    kept: bytes = b""  # end (hours) and strength of the newest, in single precision

    def take(self, time: int, strength: float) -> None:
        """A point that is part of an incident; `settle` comes first."""
        self.last, self.height = max(time, self.last), max(strength, self.height)

    def settle(self, time: int) -> bool:
        """Count the incident under way if it is over by a time; whether it was."""
        height = self.height
        if not height or time - self.last <= APART:
            return False
        self.count, self.counted = self._count(self.last) + 1.0, self.last
        weight = _PRIOR_WEIGHT + min(self.count, _MOST_WEIGHT)
        self.excess += (min(height, _USUAL_MOST) - START - self.excess) / weight
        self.reach += (min(log(height / START), _FARTHEST) - self.reach) / weight
        self.strongest = max(height, self.strongest)
        self.kept = (self.kept + KEPT.pack(self.last // HOUR, height))[-MOST_KEPT * KEPT.size :]
        self.height = 0.0
        return True

    def days_between(self, time: int, since: int, strength: float) -> float:
        """Mean days from one incident of that strength or more to the next.

        Args:
            time: now, epoch seconds.
            since: when the series began to be watched.
            strength: at least `START`.
        """
        tail = self._rate(time, since) * exp(-log(strength / START) / self.reach)
        oldest = time - _LONGEST
        kept: list[tuple[float, float]] = [
            each for each in KEPT.iter_unpack(self.kept) if each[0] * HOUR > oldest
        ]
        begin = kept[0][0] * HOUR if len(kept) == MOST_KEPT else max(since, oldest)
        seen = sum(height >= _ALIKE * strength for _, height in kept)
        days = max(time - begin, 0) / DAY
        return (days + _TAIL_DAYS) / (seen + _TAIL_DAYS * tail)

    def strength_once_in(self, days: float, time: int, since: int) -> float:
        """The strength that comes once in so many days, judged by incidents as they usually are."""
        expected = self._rate(time, since) * days
        return START + self.excess * log(expected) if expected > 1.0 else START

    def _rate(self, time: int, since: int) -> float:
        """Incidents a day."""
        return (self._count(time) + _PRIOR_INCIDENTS) / (_watched(time, since) + _PRIOR_DAYS)

    def _count(self, time: int) -> float:
        return self.count * _kept(time - self.counted)


def _kept(seconds: int) -> float:
    """How much of an incident is remembered after a time."""
    return exp(-max(seconds, 0) / _LIFETIME)


def _watched(time: int, since: int) -> float:
    """Days, faded as the incidents are."""
    return _LIFETIME * (1.0 - _kept(time - since)) / DAY
