"""Who hears of an anomaly: the ends of its ways through the tree of routes, as targets.

Each place is told once: the first target that has it keeps it. The owner's on-call and escalation are of one target
alone, so that nobody is called twice: of that in the owner's channel or, where it goes elsewhere, of the last, since
routes that `continue` tell others besides.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from alerting.routing.addresses import CHANNELS, Addresses, in_channel
from alerting.routing.options import Options
from alerting.routing.owners import owner_of
from alerting.routing.target import Escalation, Place, Target
from alerting.routing.walk import Visit, ends
from config.labels import SEVERITIES
from config.owners import EscalationRules, Owner
from config.rules import Rules

_OF_OPERATORS: Final = (
    "freshness"  # kind of what those who run Spendwatch hear, unless a route says otherwise
)


def targets_of(
    rules: Rules, labels: Mapping[str, str], sinks: Collection[str]
) -> tuple[Target, ...]:
    """The targets of an anomaly, in the order of the tree; at least one.

    A target without places is one that the rules want to be told nowhere (``sinks: []``), or that no sink can tell.

    Args:
        rules: the rules.
        labels: the anomaly's, as of `alerting.routing.labels.labels_of`.
        sinks: names of the sinks that are configured.
    """
    owner = owner_of(rules, labels.get("team", ""))
    routing = rules.routing
    default = routing.operators if labels.get("kind") == _OF_OPERATORS else routing.default_channel
    targets = [_target(rules, visit, owner, default, sinks) for visit in ends(routing, labels)]
    apart = _apart(targets)
    if owner is None or not apart[0].places:  # what is told nowhere calls nobody
        return tuple(apart)
    called = _called(apart, owner)
    apart[called] = _with_owner(apart[called], owner, labels.get("severity", ""), sinks)
    return tuple(apart)


def _target(
    rules: Rules, visit: Visit, owner: Owner | None, default: str, sinks: Collection[str]
) -> Target:
    options = Options.of_root(rules.routing)
    for route in visit.way:
        options = options.within(route)
    heard = _heard(options.sinks, sinks)
    places = Addresses.of(rules.routing, visit.way, owner, default).places(heard)
    fallback = _fallback(rules, owner, places, () if options.sinks == () else sinks)
    last = visit.way[-1] if visit.way else None
    return Target(
        route=visit.path,
        places=places or fallback,
        fallback=fallback if places else (),
        group_by=options.group_by,
        group_wait=options.group_wait,
        group_interval=options.group_interval,
        repeat_interval=options.repeat_interval,
        mute=() if last is None else last.mute,
        active=() if last is None else last.active,
        owner="" if owner is None else owner.team,
    )


def _heard(said: tuple[str, ...] | None, configured: Collection[str]) -> frozenset[str]:
    """The configured sinks that hear; the console stands for Slack where there is none."""
    if said is None:
        return frozenset(configured)
    wanted = {*said, "console"} if "slack" in said else set(said)
    return frozenset(configured) & wanted


def _fallback(
    rules: Rules, owner: Owner | None, places: Sequence[Place], sinks: Collection[str]
) -> tuple[Place, ...]:
    """Channels to be tried in this order: the owner's fallback, then the default."""
    own = [] if owner is None or owner.fallback is None else [owner.fallback]
    channels = dict.fromkeys((*own, rules.routing.default_channel))
    found = [place for channel in channels for place in in_channel(channel, sinks)]
    return tuple(place for place in found if place not in places)


def _apart(targets: Sequence[Target]) -> list[Target]:
    """The targets with each place in the first that has it; those left without any go, but not all."""
    taken: set[Place] = set()
    apart = []
    for target in targets:
        places = tuple(place for place in target.places if place not in taken)
        taken.update(places)
        if places:
            apart.append(replace(target, places=places))
    return apart or [targets[0]]


def _called(targets: Sequence[Target], owner: Owner) -> int:
    """The number of the target that calls the owner's people."""
    for number, target in enumerate(targets):
        if any(place in target.places for place in in_channel(owner.channel or "", CHANNELS)):
            return number
    return len(targets) - 1


def _with_owner(target: Target, owner: Owner, severity: str, sinks: Collection[str]) -> Target:
    is_grave = severity in SEVERITIES[SEVERITIES.index(owner.call_from) :]
    escalation = owner.escalation
    return replace(
        target,
        mentions=owner.on_call if is_grave else (),
        escalation=None if escalation is None else _escalation(escalation, target, sinks),
    )


def _escalation(rules: EscalationRules, target: Target, sinks: Collection[str]) -> Escalation:
    """Without a channel of its own it is told where the target is."""
    places = target.places if rules.channel is None else in_channel(rules.channel, sinks)
    return Escalation(
        after=rules.after,
        places=places,
        mentions=rules.mention,
        severities=rules.severities,
    )
