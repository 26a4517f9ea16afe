"""Routes: which channel hears of a series."""

from typing import Protocol

from config.matching import matches
from config.routing import Routing

DEFAULT = "default"


class Located(Protocol):
    """What has the names of a series: its key, its spend, its anomalies."""

    @property
    def source(self) -> str:
        """Source."""

    @property
    def team(self) -> str:
        """Owning team."""

    @property
    def service(self) -> str:
        """Service."""

    @property
    def environment(self) -> str:
        """Environment, or ``""``."""

    @property
    def charge_kind(self) -> str:
        """Charge kind."""


def channel_for(routing: Routing, series: Located) -> tuple[str, str]:
    """The channel that hears of a series, and the name of the route that says so, or ``"default"``."""
    for route in routing.routes:
        if matches(
            route.match,
            source=series.source,
            team=series.team,
            service=series.service,
            environment=series.environment,
            charge_kind=series.charge_kind,
        ):
            return route.channel, route.name
    return routing.default_channel, DEFAULT
