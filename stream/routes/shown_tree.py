"""The tree of routes as it is written: what each asks for, where it tells, and what differs from around it."""

from collections.abc import Iterator

from rich.text import Text
from rich.tree import Tree

from alerting.routing.matching import as_written
from alerting.routing.walk import ROOT
from config.durations import format_duration
from config.owners import Owner
from config.reminders import NEVER
from config.route import Route
from config.routing import Routing
from config.rules import Rules


def shown_tree(rules: Rules) -> Tree:
    """The whole tree, with its owners in a branch of their own."""
    routing = rules.routing
    top = Tree(_line(ROOT, [f"to {routing.default_channel}", *_times(routing)]))
    for route in routing.routes:
        _grow(top, route)
    if not rules.owners:
        return top
    both = Tree(Text("routing"), hide_root=True)
    both.add(top)
    owners = both.add(Text("owners", style="bold"))
    for owner in rules.owners:
        owners.add(_line(owner.team, list(_of_owner(owner))))
    return both


def _grow(around: Tree, route: Route) -> None:
    said = [*_conditions(route), *_addresses(route), *_times(route)]
    if route.mute:
        said.append(f"mute: {', '.join(route.mute)}")
    if route.active:
        said.append(f"active: {', '.join(route.active)}")
    if route.continue_:
        said.append("continues")
    branch = around.add(_line(route.name, said))
    for inner in route.routes:
        _grow(branch, inner)


def _conditions(route: Route) -> Iterator[str]:
    for label, patterns in route.match.said:
        yield f"{label}: {as_written(patterns)}"
    yield from route.matchers


def _addresses(route: Route) -> Iterator[str]:
    if route.channel is not None:
        yield f"to {route.channel}"
    if route.email:
        yield f"mail {', '.join(route.email)}"
    if route.teams is not None:
        yield f"Teams {route.teams}"
    if route.webhook is not None:
        yield f"webhook {route.webhook}"
    if route.sinks is not None:
        yield f"only by {', '.join(route.sinks)}" if route.sinks else "told to nobody"


def _times(said: Route | Routing) -> Iterator[str]:
    if said.group_by is not None and said.group_by:
        yield f"groups by {', '.join(said.group_by)}"
    if isinstance(said, Route) and said.group_wait is not None:
        yield f"waits {format_duration(said.group_wait)}"
    if isinstance(said, Route) and said.group_interval is not None:
        yield f"news every {format_duration(said.group_interval)}"
    if said.repeat_interval is not None and said.repeat_interval != NEVER:
        yield f"reminds every {format_duration(said.repeat_interval)}"


def _of_owner(owner: Owner) -> Iterator[str]:
    if owner.channel is not None:
        yield f"to {owner.channel}"
    if owner.on_call:
        yield f"calls {', '.join(owner.on_call)} from {owner.call_from} on"
    if owner.escalation is not None:
        yield f"escalates after {format_duration(owner.escalation.after)}"


def _line(name: str, said: list[str]) -> Text:
    return Text.assemble((name, "bold"), f"  {'; '.join(said)}" if said else "")
