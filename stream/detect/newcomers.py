"""New series are news: the first day of each is watched, and of kin that begin in the same hours one is told."""

from collections.abc import Iterable

import msgspec

from alerting.beginning import Beginning, track_of
from alerting.lifecycle import tell_anew, tell_news
from alerting.past import over
from stream.detect.memory import Memory
from stream.detect.news import News
from stream.detect.series import Series


def note(memory: Memory, series: Series, start: int, families: Iterable[str] = ()) -> None:
    """Watch the first day of a series, if it is news.

    Args:
        memory: of the partition.
        series: that gets its first charges.
        start: of the earliest of their buckets, epoch seconds.
        families: the accounts whose snapshot brings them; none where charges are appended.
    """
    if memory.is_news(series.key, start, families):
        memory.watch(series, start)


def announce(memory: Memory, news: News) -> None:
    """Open the anomalies of new series that are worth telling: the first one of those that are kin."""
    waiting = memory.beginning
    for key in [key for key, one in waiting.items() if not _is_waiting(one)]:
        del waiting[key]
    ready = [(_reached(one), one.text, one) for one in waiting.values() if _reached(one)]
    for _, _, series in sorted(ready, key=lambda each: each[:2]):
        beginning = series.model.beginning
        if beginning is None:
            continue  # one of its kin was told
        for other in memory.kin.of(series.key):
            _pass_over(memory, other, series, beginning)
        _tell(series, beginning, news)
        memory.touched[series.key] = series


def _tell(series: Series, beginning: Beginning, news: News) -> None:
    model = series.model
    told = msgspec.structs.replace(beginning, told=True)
    model.beginning = told
    track, anomaly = tell_news(
        track_of(beginning, model.thresholds, model.rule), model.key, model.chart()
    )
    if anomaly is None:
        return
    news.anomalies.append(model.outlook.joined(anomaly, model.judge.detector) or anomaly)
    if model.track is not None:  # another one began since, so this one is over
        track, anomaly = tell_anew(track, model.key, model.chart(), "resolved")
        news.anomalies.append(anomaly)
        model.past = model.past.plus(over(track, anomaly))
        return
    model.track = track
    series.pass_time(news)


def _pass_over(memory: Memory, other: Series, leader: Series, beginning: Beginning) -> None:
    """Kin that began in the same hours are no news any more."""
    theirs = other.model.beginning
    if other is leader or theirs is None or theirs.told or not theirs.is_beside(beginning):
        return
    other.forget_beginning()
    memory.touched[other.key] = other


def _is_waiting(series: Series) -> bool:
    beginning = series.model.beginning
    return beginning is not None and not beginning.told


def _reached(series: Series) -> int:
    beginning = series.model.beginning
    return 0 if beginning is None else beginning.reached or 0
