"""An anomaly as a message: the first line says it all, the rest says why and since when."""

from collections.abc import Iterator
from typing import Final

from alerting.anomaly import Anomaly, Contributor
from alerting.ending import ENDED
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.render.amounts import factor, moment, money, signed_money
from alerting.render.anomaly_month import leads_to, month_facts
from alerting.render.cause import likely_cause
from alerting.render.chart import chart
from alerting.render.effects import split_in_words
from alerting.render.freshness import render_freshness
from alerting.render.message import (
    Facts,
    Fixed,
    Heading,
    Listing,
    Message,
    Note,
    Paragraph,
    Part,
)
from alerting.render.moved import moved
from alerting.render.plain import plain
from alerting.render.rareness import rareness
from alerting.render.whole import begins_or_ends
from detectors.unit_cost import CHANNEL as UNIT_COST

_MOST_IN_TITLE: Final = 40
_DOMINANT: Final = 0.5  # share from which a contributor stands for the anomaly
_OUTWEIGHED: Final = 3.0  # share from which on most of it was taken back by others
_TELLING: Final = ("model", "sku", "api_key", "resource", "region", "account")


def render_anomaly(anomaly: Anomaly) -> Message:
    """The message of an anomaly at this moment of its life; each revision replaces the one before."""
    if anomaly.channel == FRESHNESS:
        return render_freshness(anomaly)
    title = _title(anomaly)
    parts: list[Part] = [Heading(title), Facts(_facts(anomaly))]
    parts += _late(anomaly)
    if anomaly.state != "retracted":
        parts += _why(anomaly)
    lines = chart(anomaly.recent, anomaly.started_at, anomaly.ended_at)
    if lines:
        parts.append(
            Fixed(
                f"Cost in {plain(anomaly.currency, 12)}, every {_length(anomaly.bucket_seconds)}",
                lines,
            )
        )
    parts.append(Note(_notes(anomaly)))
    return Message(title, tuple(parts))


def _late(anomaly: Anomaly) -> list[Part]:
    """What late charges have to do with it."""
    if anomaly.state == "retracted":
        return [Paragraph("late charges brought spend back to its forecast", "Retracted:")]
    said: list[Part] = []
    if _is_found_late(anomaly):
        said.append(Paragraph("it was over when late charges showed it", "Found late:"))
    if anomaly.restated:
        late = signed_money(anomaly.restated, anomaly.currency)
        said.append(Paragraph(f"{late} of the impact came with late charges", "Restated:"))
    return said


def _why(anomaly: Anomaly) -> list[Part]:
    """How rare it is, its likely cause, and what moved within it."""
    said: list[Part] = []
    rare = rareness(anomaly.once_in_days, anomaly.never_in_days)
    if rare is not None:
        said.append(Paragraph(f"{rare} for this series", "How unusual:"))
    cause = likely_cause(anomaly)
    if cause is not None:
        said.append(Paragraph(cause, "Likely cause:"))
    split = split_in_words(anomaly)
    if split is not None:
        said.append(Paragraph(split, "Why:"))
    if anomaly.contributors:
        said.append(Listing("What moved (share of the impact)", moved(anomaly)))
    return said


def _is_found_late(anomaly: Anomaly) -> bool:
    """Whether nobody heard of it while it lasted."""
    return anomaly.state == "resolved" and anomaly.revision == 1 and anomaly.channel != ENDED


def _title(anomaly: Anomaly) -> str:
    up = anomaly.direction == "up"
    sign, word = ("▲", "rose") if up else ("▼", "fell")
    if anomaly.channel == UNIT_COST:
        word = "unit cost rose,"
    if anomaly.charge_kind == "credit":
        word = "credit shrank," if up else "credit grew,"
    owner, service = (plain(name, _MOST_IN_TITLE) for name in (anomaly.team, anomaly.service))
    begun_or_ended = begins_or_ends(anomaly)
    if begun_or_ended is not None and anomaly.state != "retracted":
        kind, said = begun_or_ended
        return f"{_state(anomaly)} {sign} {kind}: {owner} · {service} {said}"
    said_of_it = f"{word} {_amount(anomaly)}"
    what, ratio = _subject(anomaly)
    if anomaly.state == "retracted":
        said_of_it, ratio = "no rise after all" if up else "no fall after all", None
    said = f"{_state(anomaly)} {sign} {said_of_it} · {owner} · {service}"
    return " ".join(part for part in (said, what and f"· {what}", ratio) if part)


def _amount(anomaly: Anomaly) -> str:
    """What it costs more: a day while it lasts; a fee comes once."""
    if anomaly.charge_kind != "usage":
        return signed_money(anomaly.impact, anomaly.currency)
    if anomaly.state == "open":
        return signed_money(anomaly.impact_per_day, anomaly.currency) + " a day"
    return signed_money(anomaly.impact, anomaly.currency) + " in all"


def _state(anomaly: Anomaly) -> str:
    if _is_found_late(anomaly):
        return "Found late"
    opened = "Opened" if anomaly.revision == 1 else "Open"
    return {"open": opened, "resolved": "Resolved", "retracted": "Retracted"}[anomaly.state]


def _subject(anomaly: Anomaly) -> tuple[str | None, str | None]:
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


def _facts(anomaly: Anomaly) -> tuple[tuple[str, str], ...]:
    ended = anomaly.ended_at
    since = moment(anomaly.started_at)
    return (
        ("State", f"{_state(anomaly)}, severity {anomaly.severity}"),
        ("Team", plain(anomaly.team)),
        ("Service", plain(anomaly.service)),
        ("Environment", plain(anomaly.environment) if anomaly.environment else "not known"),
        ("Charges", f"{plain(anomaly.charge_kind)}, from {plain(anomaly.source)}"),
        ("Since", since) if ended is None else ("From, to", f"{since} to {moment(ended)}"),
        ("Impact so far" if ended is None else "Impact", _against(anomaly)),
        *_pace(anomaly),
        *month_facts(anomaly),
        ("Newest anomalous bucket", _newest(anomaly)),
    )


def _against(anomaly: Anomaly) -> str:
    currency = anomaly.currency
    actual, expected = money(anomaly.actual, currency), money(anomaly.expected, currency)
    by_volume = " for this volume" if anomaly.channel == UNIT_COST else ""
    impact = signed_money(anomaly.impact, currency)
    return f"{impact} ({actual} against {expected} expected{by_volume})"


def _pace(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """How fast it costs, and where that leads; a fee has no pace."""
    if anomaly.charge_kind != "usage":
        return
    pace = signed_money(anomaly.impact_per_day, anomaly.currency) + " a day"
    leads = leads_to(anomaly)
    label = "At this pace" if anomaly.ended_at is None else "Last pace"
    if anomaly.channel == ENDED:
        label = "Saved"
    yield label, f"{pace}: {leads}" if leads else pace


def _newest(anomaly: Anomaly) -> str:
    currency = anomaly.currency
    actual = money(anomaly.actual_current, currency)
    expected = money(anomaly.expected_current, currency)
    return f"{actual} against {expected} expected"


def _notes(anomaly: Anomaly) -> tuple[str, ...]:
    evidence = f"{plain(anomaly.channel)}, highest score {anomaly.score_max:.3g} (alerts from 1)"
    return (
        f"rule {plain(anomaly.rule)} · {evidence}",
        f"detected {moment(anomaly.detected_at)}, as of {moment(anomaly.updated_at)}",
        f"{plain(anomaly.anomaly_id)}, revision {anomaly.revision}",
    )


def _length(seconds: int) -> str:
    for unit, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit and seconds % unit == 0:
            count = seconds // unit
            return f"{count} {name}s" if count > 1 else name
    return f"{seconds} seconds"
