"""Alerts become incidents, and incidents are compared with labelled events.

Alerts up to six hours apart are one incident: one page, not thirty. An event is found if an alert lies in
it, one point of slack before and two after; an incident is true if one of its alerts lies in an event.
"""

from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from benchmarks.quality.series import Series
from benchmarks.quality.watching import Scored

APART = 6 * 3600  # seconds
_BEFORE, _AFTER = 1, 2  # points of slack
_USUAL = 24  # points before an event, from whose median its excess is measured

Incident = list[int]  # the places of its alerts


def alerts(scored: Sequence[Scored], first: int = 0) -> list[int]:
    """The places from ``first`` on that score 1.0 or more."""
    return [place for place in range(first, len(scored)) if scored[place].score >= 1.0]


def incidents(places: Sequence[int], times: Sequence[int]) -> list[Incident]:
    """Alerts in groups, by the times of their points."""
    groups: list[Incident] = []
    for place in places:
        if groups and times[place] - times[groups[-1][-1]] <= APART:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


class Found(NamedTuple):
    """What was found on one series or, added up, on several."""

    events: int = 0
    found: int = 0
    incidents: int = 0
    false: int = 0
    weeks: float = 0.0
    delays: tuple[float, ...] = ()  # hours
    lost: tuple[
        float, ...
    ] = ()  # of each event's excess: the share gone with the first alert; 1.0 of a missed one

    def plus(self, other: "Found") -> "Found":
        """Both together."""
        return Found(
            self.events + other.events,
            self.found + other.found,
            self.incidents + other.incidents,
            self.false + other.false,
            self.weeks + other.weeks,
            self.delays + other.delays,
            self.lost + other.lost,
        )

    @property
    def recall(self) -> float:
        """Events found, of all."""
        return self.found / self.events if self.events else 0.0

    @property
    def precision(self) -> float:
        """True incidents, of all."""
        return 1 - self.false / self.incidents if self.incidents else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0

    @property
    def false_a_week(self) -> float:
        """False incidents a series and week."""
        return self.false / self.weeks if self.weeks else 0.0

    @property
    def delay(self) -> float:
        """Median hours from the start of an event to the first alert in it."""
        return median(self.delays) if self.delays else 0.0

    @property
    def gone(self) -> float:
        """Share of the excess of an event, on average, that is gone with its first alert or was not told at all."""
        return fmean(self.lost) if self.lost else 0.0


def compare(series: Series, scored: Sequence[Scored], first: int | None = None) -> Found:
    """What the alerts from a place on, or else after the warm-up, found of the series' events."""
    begin = series.warm_up if first is None else first
    places = alerts(scored, begin)
    delays, lost = [], []
    for opening, last in series.events:
        within = [place for place in places if opening - _BEFORE <= place <= last + _AFTER]
        if within:
            delays.append(max(within[0] - opening, 0) * series.step / 3600)
        lost.append(_gone(series.values, opening, last, within[0]) if within else 1.0)
    groups = incidents(places, series.times)
    false = sum(not any(_in_event(place, series) for place in group) for group in groups)
    weeks = (len(series.times) - begin) * series.step / (7 * 86_400)
    found = len(delays)
    return Found(len(series.events), found, len(groups), false, weeks, tuple(delays), tuple(lost))


def _gone(values: Sequence[float], first: int, last: int, alert: int) -> float:
    usual = median(values[max(first - _USUAL, 0) : first] or values[first : first + 1])
    excess = [abs(value - usual) for value in values[first : last + 1]]
    total = sum(excess)
    return sum(excess[: max(alert - first, 0) + 1]) / total if total else 1.0


def _in_event(place: int, series: Series) -> bool:
    return any(first - _BEFORE <= place <= last + _AFTER for first, last in series.events)
