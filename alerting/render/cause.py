"""The likely cause of an anomaly, said only where the numbers say it."""

from typing import Final

from alerting.anomaly import Anomaly, Contributor
from alerting.render.amounts import money, percent, times
from alerting.render.effects import causes
from alerting.render.plain import plain
from detectors.creep import CHANNEL as CREEP
from detectors.creep import SPAN
from detectors.unit_cost import CHANNEL

_MORE: Final = 1.5  # times the usual number of requests that explain a rise
_FEWER: Final = 0.67
_AS_USUAL: Final = (0.8, 1.25)
_MOST_OF_IT: Final = 0.5


def likely_cause(anomaly: Anomaly) -> str | None:
    """One line, or None where the numbers point nowhere."""
    said: list[str | None] = [_creep(anomaly), _unit_cost(anomaly), _credit(anomaly)]
    said += causes(anomaly)
    if not anomaly.split and said == [None, None, None]:
        said = [_requests(anomaly)]
    said.append(_newcomer(anomaly))
    return "; ".join(words for words in said if words is not None) or None


def _creep(anomaly: Anomaly) -> str | None:
    """How much it grew in the weeks over which a creep is measured."""
    if anomaly.channel != CREEP or not 0 < anomaly.expected < anomaly.actual:
        return None
    grown = percent(float(anomaly.actual / anomaly.expected) - 1)
    return f"spend on {plain(anomaly.service, 40)} grew a little each day, {grown} in {SPAN // 7} weeks"


def _credit(anomaly: Anomaly) -> str | None:
    """That no credit came, as when what was granted or committed is used up; why is not in the bill."""
    if anomaly.charge_kind != "credit" or not anomaly.expected < 0 <= anomaly.actual:
        return None
    return f"no credit came, where {money(-anomaly.expected, anomaly.currency)} is usual"


def _unit_cost(anomaly: Anomaly) -> str | None:
    """Which unit became dearer, and at how many requests, where that is the strongest evidence."""
    unit, requests = anomaly.unit_cost, anomaly.requests_ratio
    if unit is None or anomaly.channel != CHANNEL or not 0 < unit.expected < unit.actual:
        return None
    said = f"cost per {unit.unit} {times(float(unit.actual / unit.expected))} its usual"
    if requests is None:
        return said
    if _AS_USUAL[0] <= requests <= _AS_USUAL[1]:
        return f"{said}, at as many requests as usual"
    return f"{said}, at {times(requests)} the usual number of requests"


def _requests(anomaly: Anomaly) -> str | None:
    """What the number of requests explains."""
    requests = anomaly.requests_ratio
    if requests is None or anomaly.expected <= 0 or anomaly.actual < 0:
        return None
    cost = float(anomaly.actual / anomaly.expected)
    each = cost / requests if requests > 0 else 0.0
    usual = _AS_USUAL[0] <= each <= _AS_USUAL[1]
    if anomaly.direction == "down":
        return _fewer_requests(requests)
    if requests >= _MORE:
        price = "at the usual cost each" if usual else f"each at {times(each)} the usual cost"
        return f"requests {times(requests)} their usual number, {price}"
    if _AS_USUAL[0] <= requests <= _AS_USUAL[1] and each >= _MORE:
        return f"requests as many as usual, each at {times(each)} the usual cost"
    return None


def _fewer_requests(requests: float) -> str | None:
    if requests == 0:
        return "no requests at all"
    return f"requests {times(requests)} their usual number" if requests <= _FEWER else None


def _newcomer(anomaly: Anomaly) -> str | None:
    """A contributor that was not there before and makes most of it; where all is new, none is told apart."""
    if anomaly.expected <= 0:
        return None
    new = [one for one in anomaly.contributors if _is_new(one) and anomaly.direction == "up"]
    if not new:
        return None
    first = max(new, key=lambda one: one.share)
    return f"{plain(first.dimension)} {plain(first.value)} is new"


def _is_new(contributor: Contributor) -> bool:
    return contributor.change == "added" and contributor.share >= _MOST_OF_IT
