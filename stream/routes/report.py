"""What becomes of an anomaly with certain labels: the way through the tree, and each target, as lines of text."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from rich.text import Text

from alerting.routing.intervals import muted_by
from alerting.routing.owners import actors_of, owner_of
from alerting.routing.target import Escalation, Place, Target
from alerting.routing.tree import targets_of
from alerting.routing.walk import ROOT, Visit, visits
from config.durations import format_duration
from config.matchers import parse
from config.rules import Rules

_NAMES = 12  # columns


def report(rules: Rules, labels: Mapping[str, str], sinks: Collection[str], now: datetime) -> Text:
    """All that is to be said of an anomaly.

    Args:
        rules: the rules.
        labels: of the anomaly; one that is left out counts as empty.
        sinks: those that are configured.
        now: decides about intervals.
    """
    lines = [Text("The way through the routes", style="bold")]
    lines += _way(rules, labels)
    for target in targets_of(rules, labels, sinks):
        lines += [Text(), Text(f"Told by {target.route}", style="bold")]
        lines += [_fact(name, said) for name, said in _target(rules, target, now)]
    lines += [Text(), Text("Owner", style="bold")]
    lines += [_fact(name, said) for name, said in _owner(rules, labels.get("team", ""))]
    return Text("\n").join(lines)


def _way(rules: Rules, labels: Mapping[str, str]) -> Iterator[Text]:
    seen = visits(rules.routing, labels)
    indents = [2 + 2 * len(visit.way) for visit in seen]
    names = [" " * indent + _name(visit) for indent, visit in zip(indents, seen, strict=True)]
    width = max(map(len, names)) + 2
    for name, visit in zip(names, seen, strict=True):
        yield Text(name.ljust(width) + _outcome(visit), style="dim" if visit.taken_by else "")
    missing = sorted(_asked(seen) - set(labels))
    if missing:
        yield Text(f"  not given, so taken for empty: {', '.join(missing)}")


def _name(visit: Visit) -> str:
    return visit.way[-1].name if visit.way else ROOT


def _outcome(visit: Visit) -> str:
    if visit.taken_by:
        return f"not asked: {visit.taken_by} took it"
    if visit.refusal is not None:
        return f"no: it asks for {visit.refusal}"
    ends = "yes: told here" if visit.is_end else "yes: told within"
    goes_on = bool(visit.way) and visit.way[-1].continue_
    return f"{ends}; continues" if goes_on else ends


def _asked(seen: Iterable[Visit]) -> set[str]:
    """Labels that routes ask for."""
    labels: set[str] = set()
    for visit in seen:
        for route in () if visit.taken_by else visit.way[-1:]:
            labels |= {label for label, _ in route.match.said}
            labels |= {parse(text).name for text in route.matchers}
    return labels


def _target(rules: Rules, target: Target, now: datetime) -> Iterator[tuple[str, str]]:
    yield "places", _places(target.places) or "none: nobody is told"
    if target.fallback:
        yield "or else", _places(target.fallback)
    yield "groups", _groups(target)
    repeat = target.repeat_interval
    yield "reminders", "none" if repeat is None else f"every {format_duration(repeat)}"
    if target.mute or target.active:
        muted = muted_by(rules, target, now)
        at = f"{now:%A %Y-%m-%d %H:%M %Z}"
        yield "muted", f"no, at {at}" if muted is None else f"yes, by {muted}, at {at}"
    yield "calls", ", ".join(target.mentions) or "nobody"
    if target.escalation is not None:
        yield "escalation", _escalation(target.escalation)


def _groups(target: Target) -> str:
    if not target.group_by:
        return "none: each anomaly is a message of its own"
    wait, interval = format_duration(target.group_wait), format_duration(target.group_interval)
    return f"by {', '.join(target.group_by)}; first after {wait}, news every {interval} at most"


def _escalation(escalation: Escalation) -> str:
    called = f", calls {', '.join(escalation.mentions)}" if escalation.mentions else ""
    severities, after = ", ".join(escalation.severities), format_duration(escalation.after)
    return f"after {after}, if {severities}: {_places(escalation.places)}{called}"


def _owner(rules: Rules, team: str) -> Iterator[tuple[str, str]]:
    owner = owner_of(rules, team)
    yield (
        "team",
        f"{team or 'not given'}{'' if owner is not None else ', which has no owner in the rules'}",
    )
    yield "may act", ", ".join(actors_of(rules, team)) or "everybody"
    if owner is not None and owner.on_call:
        yield "on call", f"{', '.join(owner.on_call)}, called from {owner.call_from} on"
    if owner is not None and owner.runbook is not None:
        yield "runbook", owner.runbook


def _places(places: tuple[Place, ...]) -> str:
    return ", ".join(f"{place.sink} {place.address}".rstrip() for place in places)


def _fact(name: str, said: str) -> Text:
    return Text(f"  {name.ljust(_NAMES)}{said}")
