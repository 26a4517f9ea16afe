"""The first line of an anomaly's message: state, direction, money, team, and what it is about."""

from typing import Final

from alerting.anomaly import Anomaly, Contributor
from alerting.ending import ENDED
from alerting.render.amounts import factor, signed_brief
from alerting.render.plain import plain
from alerting.render.spans import lasted
from alerting.render.whole import begins_or_ends
from detectors.unit_cost import CHANNEL as UNIT_COST

_MOST_IN_TITLE: Final = 40
_DOMINANT: Final = 0.5  # share from which a contributor stands for the anomaly
_OUTWEIGHED: Final = 3.0  # share from which on most of it was taken back by others
_TELLING: Final = ("model", "sku", "api_key", "resource", "region", "account")
_GRAVE: Final = {"high", "critical"}


def title(anomaly: Anomaly, state: str) -> str:
    """Such as ``Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x``, beginning with a word for its state."""
    owner, service = (plain(name, _MOST_IN_TITLE) for name in (anomaly.team, anomaly.service))
    sign, said_of_it = direction(anomaly)
    begun_or_ended = begins_or_ends(anomaly)
    if begun_or_ended is not None and anomaly.state != "retracted":
        kind, said = begun_or_ended
        return f"{state} {sign} {kind}: {owner} · {service} {said}"
    what, ratio = subject(anomaly)
    if anomaly.state == "retracted":
        ratio = None
    said = f"{state} {sign} {said_of_it} · {owner} · {service}"
    return " ".join(part for part in (said, what and f"· {what}", ratio) if part)


def graver(state: str, anomaly: Anomaly) -> str:
    """The word for a state, with the severity where that is a reason to hurry."""
    if anomaly.state == "open" and anomaly.severity in _GRAVE:
        return f"{state}, {anomaly.severity}"
    return state


def direction(anomaly: Anomaly) -> tuple[str, str]:
    """A sign, and in words which way how much money went."""
    up = anomaly.direction == "up"
    sign, word = ("▲", "rose") if up else ("▼", "fell")
    if anomaly.state == "retracted":
        return sign, "no rise after all" if up else "no fall after all"
    if anomaly.channel == UNIT_COST:
        word = "unit cost rose,"
    if anomaly.charge_kind == "credit":
        word = "credit shrank," if up else "credit grew,"
    return sign, f"{word} {_amount(anomaly)}"


def state_word(anomaly: Anomaly) -> str:
    """The state of the record itself, where nothing is known of people."""
    if is_found_late(anomaly):
        return "Found late"
    opened = "Opened" if anomaly.revision == 1 else "Open"
    return {"open": opened, "resolved": "Resolved", "retracted": "Retracted"}[anomaly.state]


def is_found_late(anomaly: Anomaly) -> bool:
    """Whether nobody heard of it while it lasted."""
    return anomaly.state == "resolved" and anomaly.revision == 1 and anomaly.channel != ENDED


def _amount(anomaly: Anomaly) -> str:
    """What it costs more: a day while it lasts; a fee comes once."""
    if anomaly.charge_kind != "usage":
        return signed_brief(anomaly.impact, anomaly.currency)
    if anomaly.state == "open":
        return signed_brief(anomaly.impact_per_day, anomaly.currency) + " a day"
    in_all = signed_brief(anomaly.impact, anomaly.currency) + " in all"
    if anomaly.ended_at is None:
        return in_all
    return f"{in_all} over {lasted((anomaly.ended_at - anomaly.started_at).total_seconds())}"


def subject(anomaly: Anomaly) -> tuple[str | None, str | None]:
    """What within the service moved, if it is one thing, and how many times the usual that is."""
    ranked = [
        one
        for one in anomaly.contributors
        if _DOMINANT <= one.share <= _OUTWEIGHED and one.change != "rest"
    ]
    ranked.sort(key=lambda one: _rank(one.dimension))
    if ranked and ranked[0].dimension in _TELLING:
        first = ranked[0]
        name = _without(first.value, anomaly.service)
        return plain(name, _MOST_IN_TITLE), _moved(first)
    return None, factor(anomaly.actual, anomaly.expected)


def _without(name: str, service: str) -> str:
    """A name without the service's, which some providers begin their SKUs with."""
    if not name.lower().startswith(service.lower()):
        return name
    return name[len(service) :].strip(" -_:/") or name


def _moved(one: Contributor) -> str | None:
    """How many times the usual; ``new`` or ``gone`` where there is as good as nothing on one side."""
    if one.change == "vanished":
        return "gone"
    return "new" if one.change == "added" else factor(one.actual, one.expected)


def _rank(dimension: str) -> int:
    return _TELLING.index(dimension) if dimension in _TELLING else len(_TELLING)
