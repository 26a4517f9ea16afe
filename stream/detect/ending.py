"""A series that fell silent for good is told once, as what is saved."""

from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.ending import LITTLE, is_fall_since, least_silence, track_of_end
from alerting.lifecycle import tell_anew
from alerting.past import Past, over
from detectors.engine import Detector
from detectors.stretch import Stretch, before
from stream.detect.model import SeriesModel

_DAY: Final = 86_400
_TIMES: Final = 2  # as long as it was ever silent in a fortnight
_WEEKEND: Final = 3 * _DAY  # a series that is not a week old may rest on its first one


def tell_end(model: SeriesModel, until: int) -> Anomaly | None:
    """What is told of a series that is silent, once it is clear that it has ended. Looked at once a day.

    Args:
        model: of the series; takes note of what is told.
        until: end of the newest bucket, epoch seconds.
    """
    silence, detector, fall = model.silence, model.judge.detector, model.track
    if silence is None or silence.told or not isinstance(detector, Detector):
        return None
    silent = until - silence.since
    if silent % _DAY or (fall is not None and fall.is_open and fall.direction == "up"):
        return None
    stretch = before(detector, silence.since, LITTLE)
    if stretch.known < _DAY or silent < _least(stretch, model.step):
        return None
    model.silence = msgspec.structs.replace(silence, told=True)
    model.beginning = None
    number = None
    if fall is None or not fall.is_open:
        number = _told_before(model.past, silence.since)
        fall = None if number is None else model.past.tracks[number]
    a_bucket = stretch.a_day * model.step / _DAY
    track = track_of_end(
        silence,
        until,
        model.step,
        model.usual(a_bucket),
        a_bucket,
        fall,
        model.thresholds,
        model.rule,
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
    return max(least_silence(step), weekend, _TIMES * stretch.longest)


def _told_before(past: Past, since: int) -> int | None:
    """The fall that was told and is over already."""
    return next((at for at, one in enumerate(past.tracks) if is_fall_since(since, one)), None)
