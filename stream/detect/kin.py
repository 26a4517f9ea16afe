"""Series of one source, team and service: other environments, charge kinds and currencies of the same thing."""

from collections.abc import Iterable, Sequence

from alerting.series import SeriesKey
from detectors.engine import Detector
from detectors.places import LEARNED
from detectors.siblings import Lent
from stream.detect.series import Series

Name = tuple[str, str, str]  # source, team, service


class Kin:
    """The series of a partition that are alive, by what they have in common."""

    def __init__(self) -> None:
        self._series: dict[Name, list[Series]] = {}

    def add(self, series: Series) -> None:
        """A series begins."""
        self._series.setdefault(_name(series.key), []).append(series)

    def remove(self, series: Series) -> None:
        """A series has ended."""
        name = _name(series.key)
        left = [one for one in self._series.get(name, ()) if one is not series]
        if left:
            self._series[name] = left
        else:
            self._series.pop(name, None)

    def of(self, key: SeriesKey) -> Sequence[Series]:
        """All that are kin to a series, and itself."""
        return self._series.get(_name(key), ())

    def lend(self, key: SeriesKey) -> Lent | None:
        """What the most experienced sibling lends: one of usage, in the same currency; None if there is none."""
        detectors = list(_lenders(self.of(key), key))
        if not detectors:
            return None
        experienced = max(detectors, key=lambda one: (one[0].learned.numbers[LEARNED], one[1]))
        return Lent.by(experienced[0])


def _lenders(kin: Iterable[Series], key: SeriesKey) -> Iterable[tuple[Detector, str]]:
    for one in kin:
        detector, of = one.model.judge.detector, one.key
        alike = (of.charge_kind, of.currency) == (key.charge_kind, key.currency)
        if alike and of != key and isinstance(detector, Detector):
            yield detector, one.text


def _name(key: SeriesKey) -> Name:
    return key.source, key.team, key.service
