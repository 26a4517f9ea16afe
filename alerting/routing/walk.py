"""The way through the tree of routes, as Alertmanager goes it.

A route that takes the labels asks those within it, in their order, until one takes them that does not `continue`.
If none within takes them, it is itself the end of the way.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from alerting.routing.matching import Labels, refusal_of
from config.route import Route
from config.routing import Routing

ROOT: Final = "default"
Way = tuple[Route, ...]


class Visit(NamedTuple):
    """What became of one route that was looked at."""

    way: Way  # from the first below the root to the route itself; none: the root
    refusal: str | None  # the condition that does not hold; None: it takes the labels
    is_end: bool  # whether it tells of them
    taken_by: str = ""  # the route before it that took them, so that it was not asked

    @property
    def path(self) -> str:
        """Names from the root on, joined by ``/``; that of the root itself is `ROOT`."""
        return "/".join(route.name for route in self.way) or ROOT


def visits(routing: Routing, labels: Labels) -> list[Visit]:
    """All routes that are asked, and those beside them that are not, from top to bottom; the root is the first."""
    below = _below(routing.routes, (), labels)
    is_end = not any(visit.is_end for visit in below)
    return [Visit((), None, is_end), *below]


def ends(routing: Routing, labels: Labels) -> tuple[Visit, ...]:
    """The routes that tell of an anomaly with these labels; at least one."""
    return tuple(visit for visit in visits(routing, labels) if visit.is_end)


def _below(routes: Sequence[Route], around: Way, labels: Labels) -> list[Visit]:
    seen: list[Visit] = []
    taken_by = ""
    for route in routes:
        way = (*around, route)
        if taken_by:
            seen.append(Visit(way, None, is_end=False, taken_by=taken_by))
            continue
        refusal = refusal_of(route, labels)
        if refusal is not None:
            seen.append(Visit(way, refusal, is_end=False))
            continue
        within = _below(route.routes, way, labels)
        is_end = not any(visit.is_end for visit in within)
        seen += [Visit(way, None, is_end), *within]
        if not route.continue_:
            taken_by = route.name
    return seen
