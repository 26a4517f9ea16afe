"""What a route says, with what it takes over from the routes around it and from the root."""

from typing import NamedTuple, Self

from config.reminders import NEVER
from config.route import Route
from config.routing import Routing


class Options(NamedTuple):
    """When and by which sinks a route tells."""

    sinks: tuple[str, ...] | None  # None: all
    group_by: tuple[str, ...]
    group_wait: int
    group_interval: int
    repeat_interval: int | None

    @classmethod
    def of_root(cls, routing: Routing) -> Self:
        """Those of the root."""
        return cls(
            routing.sinks,
            _labels(routing.group_by),
            routing.group_wait,
            routing.group_interval,
            _reminder(routing.repeat_interval),
        )

    def within(self, route: Route) -> Self:
        """Those of a route within; what it does not say stays."""
        said = route.model_dump(
            include={"sinks", "group_wait", "group_interval"}, exclude_none=True
        )
        if route.group_by is not None:
            said["group_by"] = _labels(route.group_by)
        if route.repeat_interval is not None:
            said["repeat_interval"] = _reminder(route.repeat_interval)
        return self._replace(**said)


def _labels(group_by: tuple[str, ...]) -> tuple[str, ...]:
    """``...`` groups by all labels: no two anomalies share them."""
    return () if "..." in group_by else group_by


def _reminder(seconds: int | None) -> int | None:
    return None if seconds == NEVER else seconds
