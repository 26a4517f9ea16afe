"""Late charges change a closed bucket: its band, and the anomaly that they change or make."""

from collections.abc import Mapping
from decimal import Decimal

from alerting.anomaly import Anomaly
from alerting.beginning import spent
from alerting.ending import silence_after
from alerting.lifecycle import Observation
from alerting.lifecycle import restated as charged_late
from alerting.past import Past, charged_after, corrected
from alerting.track import charged
from alerting.unit_cost import used_late
from detectors.rescoring import rescored
from stream.detect.bucket import Band, OpenBucket, Totals
from stream.detect.model import LATE_RATE, SeriesModel


def restate(
    model: SeriesModel, start: int, added: OpenBucket, totals: Totals, band: Band | None, until: int
) -> tuple[Band | None, Anomaly | None]:
    """The bucket's new band, and the anomaly that there is news of.

    Args:
        model: of the series; takes note of the charges.
        start: of the bucket, epoch seconds.
        added: the late charges.
        totals: of the bucket with them.
        band: under which the bucket was scored; None where it never was.
        until: end of the newest closed bucket, epoch seconds.
    """
    delta = added.totals.cost
    _use_late(model, start, added.totals)
    model.outlook.restate(start, delta)
    usual = model.late
    model.late += LATE_RATE * max(float(delta), 0.0)
    if model.silence is not None and start >= model.silence.since:
        model.silence = silence_after(model.silence, start, delta, model.mean())
    if band is None:
        return None, _restate_unscored(model, start, added, until)
    value = float(totals.cost)
    verdict = rescored(band.expected, band.lower, band.upper, value)
    again = Band(band.expected, band.lower, band.upper, verdict.score)
    if _belongs_to_first_day(model, start, added):
        return again, None
    before = model.track
    if before is not None and before.started <= start < before.until:
        return again, _restate_own(model, start, delta)
    more = usual if verdict.direction == "up" else 0.0  # what always comes late is no correction
    beyond = rescored(band.expected + more, band.lower + more, band.upper + more, value)
    seen = Observation(
        start=start,
        step=model.step,
        actual=totals.cost,
        verdict=beyond,
        contributors=_plus(model.usual(value - float(delta)), added.by_dimension()),
        contributors_expected=model.usual(beyond.expected),
        requests=totals.requests,
        requests_expected=None,
    )
    model.past, news = corrected(
        model.past, model.key, seen, delta, model.thresholds, model.rule, model.chart(), until
    )
    return again, news


def _use_late(model: SeriesModel, start: int, added: Totals) -> None:
    """Usage that comes late to a bucket of an anomaly of unit cost is expected at its usual cost."""
    if not added.requests:
        return
    late = start, added.cost, added.requests, added.tokens
    if model.track is not None:
        model.track = used_late(model.track, *late)
    tracks = tuple(used_late(track, *late) for track in model.past.tracks)
    model.past = Past(tracks, model.past.since)


def _restate_unscored(
    model: SeriesModel, start: int, added: OpenBucket, until: int
) -> Anomaly | None:
    """Late charges of a bucket without a forecast begin no anomaly, but may belong to one."""
    delta, before = added.totals.cost, model.track
    if _belongs_to_first_day(model, start, added):
        return None
    if before is not None and before.started <= start < before.until:
        return _restate_own(model, start, delta)
    model.past, news = charged_after(model.past, model.key, start, delta, model.chart(), until)
    return news


def _belongs_to_first_day(model: SeriesModel, start: int, added: OpenBucket) -> bool:
    """Whether late charges are of the first day, of which nothing was told yet; they are added to it."""
    beginning = model.beginning
    if beginning is None or not beginning.is_waiting_for(start):
        return False
    costs = added.by_dimension()
    model.beginning = spent(beginning, start, added.totals.cost, costs, model.thresholds)
    return True


def _restate_own(model: SeriesModel, start: int, delta: Decimal) -> Anomaly | None:
    """A late charge of a bucket of the anomaly that is under way."""
    before = model.track
    if before is None:
        return None
    after, news = charged_late(before, model.key, start, delta, model.chart())
    if after is None:  # retracted: a correction of this correction must find it as it is now
        before = charged(before, start, delta)
    return model.follow(before, after, news)


def _plus(left: dict[str, float], right: Mapping[str, float]) -> dict[str, float]:
    """Costs of contributors, added up. What a closed bucket's own were is not kept: they are taken as usual."""
    for name, cost in right.items():
        left[name] = left.get(name, 0.0) + cost
    return left
