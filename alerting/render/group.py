"""Many anomalies as one message: how many, how much, what they share, the largest by name."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from alerting.anomaly import Anomaly
from alerting.cases.case import Case
from alerting.notices.common import Common, in_common
from alerting.render.amounts import moment
from alerting.render.group_title import Kind, group_title
from alerting.render.message import Facts, Heading, Links, Listing, Mentions, Message, Note, Part
from alerting.render.people import name_of, quiet_in_words
from alerting.render.plain import plain
from alerting.render.spans import ago, lasted
from alerting.render.title import direction, subject
from alerting.render.totals import impacts
from alerting.render.view import View

_LARGEST: Final = 10
_MOST_NAMES: Final = 3
_SHARED: Final = 6
_WHOLE: Final = 1.0
_WHY: Final[dict[Kind, str]] = {
    "group": "grouped by the route",
    "flood": "more opened at once than this channel is told one by one",
    "limit": "this channel had as many messages as its limit allows",
}


def render_group(
    cases: Sequence[Case], view: View, kind: Kind, labels: tuple[tuple[str, str], ...]
) -> Message:
    """One message for several cases.

    Args:
        cases: those it tells of, in any order.
        view: how things stand for the place; ``state`` and ``can_act`` are not used, since each case has its own.
        kind: why they are together.
        labels: what the route groups by, with the values that they share.
    """
    ranked = by_size(cases)
    anomalies = [case.anomaly for case in ranked]
    shared = in_common(anomalies)
    of_all = {plain(one.value, 40) for one in shared if one.share >= _WHOLE}
    text = group_title(anomalies, kind, labels, shared)
    facts = tuple(_facts(ranked, anomalies, view))
    parts: list[Part] = [Heading(text), Facts(facts, in_lines=True)]
    if view.mentions:
        parts.append(Mentions("Calls", view.mentions))
    if shared:
        parts.append(Listing("In common", tuple(_common(shared))))
    if ranked:
        parts.append(Listing("The largest", tuple(_largest(ranked, of_all, view.notice))))
    if view.links:
        parts.append(Links(view.links))
    return Message(text, (*parts, Note(tuple(_small_print(kind, labels, view)))))


def by_size(cases: Sequence[Case]) -> list[Case]:
    """Those that move most money first; of equal ones in the order of their ids."""
    return sorted(cases, key=lambda case: (-abs(case.anomaly.impact), case.anomaly.anomaly_id))


def counted(anomalies: Sequence[Anomaly]) -> str:
    """``9 open, 3 resolved``."""
    counts = ((state, sum(one.state == state for one in anomalies)) for state in _STATES)
    return ", ".join(f"{count:,} {state}" for state, count in counts if count) or "none"


_STATES: Final = ("open", "resolved", "retracted")


def _facts(
    cases: Sequence[Case], anomalies: Sequence[Anomaly], view: View
) -> Iterator[tuple[str, str]]:
    yield "Anomalies", counted(anomalies)
    graver = [one for one in anomalies if one.state == "open" and one.severity != "low"]
    severities = ("critical", "high", "medium")
    counts = ((each, sum(one.severity == each for one in graver)) for each in severities)
    if graver:
        yield "Severity", ", ".join(f"{count:,} {name}" for name, count in counts if count)
    is_going_on = any(one.state == "open" for one in anomalies)
    yield "So far" if is_going_on else "In all", impacts(anomalies)
    if anomalies:
        first, last = (pick(one.started_at for one in anomalies) for pick in (min, max))
        span = (last - first).total_seconds()
        began = f", the last one {lasted(span)} later" if span else ""
        yield "Since", f"{moment(first)}, {ago(first.timestamp(), view.now)}{began}"
    yield from _people(cases, view)


def _people(cases: Sequence[Case], view: View) -> Iterator[tuple[str, str]]:
    taken = [case.acknowledged for case in cases if case.acknowledged is not None]
    if taken:
        names = list(dict.fromkeys(name_of(act.by) for act in taken))
        yield "Acknowledged", f"{len(taken):,} by {', '.join(names[:_MOST_NAMES])}"
    if view.quiet is not None:
        yield "Quiet", quiet_in_words(view.quiet, view.now)
    if view.owner:
        yield "Owner", plain(view.owner)
    if view.is_told_in:
        yield "Also told in", ", ".join(plain(place, 60) for place in view.is_told_in[:5])


def _common(shared: Sequence[Common]) -> Iterator[str]:
    """What all have in a line, what most have in a line each."""
    of_all = [f"{one.label} {plain(one.value, 40)}" for one in shared if one.share >= _WHOLE]
    if of_all:
        yield f"all: {', '.join(of_all[:_SHARED])}"
    for one in [each for each in shared if each.share < _WHOLE][:_SHARED]:
        money = (
            "" if one.impact_share is None else f", {one.impact_share * 100:.0f} % of the impact"
        )
        yield f"{one.count:,} of them: {one.label} {plain(one.value)}{money}"


def _largest(cases: Sequence[Case], shared: Collection[str], notice: str) -> Iterator[str]:
    for case in cases[:_LARGEST]:
        yield _line(case, shared)
    if len(cases) > _LARGEST:
        listed = f"spendwatch anomalies list{f' --notice {plain(notice, 100)}' if notice else ''}"
        yield f"and {len(cases) - _LARGEST:,} more: {listed}"


def _line(case: Case, shared: Collection[str]) -> str:
    """A case in a line, without the names that all of them share; a state only where it is not open."""
    anomaly = case.anomaly
    sign, said = direction(anomaly)
    what, ratio = subject(anomaly)
    names = (plain(anomaly.service, 40), what, plain(anomaly.team, 40))
    where = [name for name in names if name is not None and name not in shared]
    where[:1] = [" ".join(filter(None, (*where[:1], ratio)))] if where or ratio else []
    states: list[str] = [] if anomaly.state == "open" else [anomaly.state]
    states += [] if case.acknowledged is None else ["acknowledged"]
    return " · ".join((f"{sign} {said}", *where, *states, plain(anomaly.anomaly_id, 20)))


def _small_print(kind: Kind, labels: tuple[tuple[str, str], ...], view: View) -> Iterator[str]:
    by = ", ".join(f"{plain(name, 30)}={plain(value, 40)}" for name, value in labels[:8])
    yield f"One message because: {_WHY[kind]}{f' ({by})' if by else ''}"
    if view.notice:
        yield plain(view.notice, 100)
