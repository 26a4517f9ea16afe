"""A series that fell silent for good is told once, as what is saved."""

from typing import Final

from alerting.anomaly import Anomaly
from alerting.ending import is_fall_since, pause, track_of_end
from alerting.lifecycle import tell_anew
from alerting.past import Past, over
from detectors.engine import Detector
from detectors.stretch import Stretch, before
from stream.detect.model import SeriesModel

_DAY: Final = 86_400
_TIMES: Final = 2  # as long as it was ever silent in a fortnight
_WEEKEND: Final = 3 * _DAY  # a series that is not a week old may rest on its first one


def tell_end(model: SeriesModel, since: int, until: int) -> Anomaly | None:
    """What is told of a series that is silent, once it is clear that it has ended. Looked at once a day.

    Args:
        model: of the series; takes note of what is told.
        since: start of the first bucket without charges, epoch seconds.
        until: end of the newest one.
    """
    detector, silent = model.detector, until - since
    if model.ended or not silent or silent % _DAY or not isinstance(detector, Detector):
        return None
    fall = model.track if model.track is not None and model.track.is_open else None
    stretch = before(detector, since)
    if stretch.known < _DAY or silent < _least(stretch, model.step):
        return None
    if fall is not None and fall.direction == "up":
        return None  # what rose lasts until it is over
    model.ended, model.beginning = True, None
    a_bucket = stretch.a_day * model.step / _DAY
    number = _told_before(model.past, since) if fall is None else None
    known = fall if number is None else model.past.tracks[number]
    usual = model.usual(a_bucket)
    track = track_of_end(
        since, until, model.step, usual, a_bucket, known, model.thresholds, model.rule
    )
    if track is None:
        return None
    track, told = tell_anew(track, model.key, model.chart(), "resolved")
    model.track, track = None, over(track, told)
    model.past = model.past.plus(track) if number is None else model.past.changed(number, track)
    return told


def _least(stretch: Stretch, step: int) -> int:
    """How long a series must be silent, in seconds, to have ended."""
    weekend = 0 if stretch.known >= 7 * _DAY else _WEEKEND
    return max(pause(step), weekend, _TIMES * stretch.longest)


def _told_before(past: Past, since: int) -> int | None:
    """The fall that was told and is over already."""
    return next((at for at, one in enumerate(past.tracks) if is_fall_since(since, one)), None)
