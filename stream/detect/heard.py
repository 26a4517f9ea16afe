"""What a series makes of what people said: its bar moves, or the level of now is usual from now on."""

from typing import Final

from alerting.anomaly import Anomaly
from alerting.lifecycle import Track, settled
from alerting.record import anomaly_id
from detectors.creep import CHANNEL as CREEP
from detectors.engine import Detector
from detectors.feedback import Mark
from stream.detect.hearing import SeriesAct
from stream.detect.model import SeriesModel

MOST_HEARD: Final = 32  # acts that a series knows again; more than come between two commits
_NEWEST: Final = 6  # buckets that tell the level


def hear(model: SeriesModel, act: SeriesAct, until: int) -> tuple[bool, Anomaly | None]:
    """Take note of what was said.

    Args:
        model: of the series.
        act: what was said.
        until: end of the series' newest bucket, epoch seconds.

    Returns:
        Whether it was news to the series, and the record of an anomaly that it ended.
    """
    if act.act_id in model.heard:
        return False, None
    model.heard = (*model.heard, act.act_id)[-MOST_HEARD:]
    started = _identity(model, act)
    if act.kind in ("wrong", "right"):
        model.hear(Mark(started, act.direction, act.kind == "right", until))
    else:
        model.unhear(started, act.direction)
    return True, _expect(model, act) if act.teaches else None


def _identity(model: SeriesModel, act: SeriesAct) -> int:
    """The start by which the anomaly is known, which late charges may have left behind."""
    tracks = [*model.past.tracks, *([] if model.track is None else [model.track])]
    known = [track.identity for track in tracks]
    known += [mark.started for mark in model.judge.feedback.marks]
    return next(
        (start for start in known if anomaly_id(act.series, start) == act.anomaly_id), act.started
    )


def _expect(model: SeriesModel, act: SeriesAct) -> Anomaly | None:
    """The level of an anomaly that lasts is usual; one that is over has left none."""
    track = model.track
    if track is None or not track.is_open:
        return None
    if anomaly_id(act.series, track.identity) != act.anomaly_id:
        return None
    if not track.is_back:
        _teach(model, track)
    return model.follow(track, None, settled(track, model.key, model.chart()))


def _teach(model: SeriesModel, track: Track) -> None:
    """Fees need no teaching: the next one like it is as expected."""
    detector, creep = model.judge.detector, model.creep
    newest = [one for one in model.recent.samples() if one.start >= track.started][-_NEWEST:]
    if not isinstance(detector, Detector) or creep is None or not newest:
        return
    model.unit_cost.teach()
    if track.channel == CREEP:  # the forecast has followed it
        creep.teach(track.started, None)
        return
    points = [(one.start, one.actual) for one in newest]
    factor = detector.teach(track.started, points, sum(one.expected for one in newest))
    if factor is not None:
        creep.teach(track.started, factor)
