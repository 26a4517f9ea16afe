"""Addresses: where each sink tells what goes along a way through the tree."""

from collections.abc import Collection
from typing import Final, NamedTuple, Self

from alerting.routing.target import Place
from alerting.routing.walk import Way
from config.owners import Owner
from config.routing import Routing

CHANNELS: Final = ("slack", "console")
"""The sinks whose address is a channel."""
_HOOK: Final = "default"


class Addresses(NamedTuple):
    """One address for each sink that needs one."""

    channel: str
    email: tuple[str, ...]
    teams: str
    webhook: str

    @classmethod
    def of(cls, routing: Routing, way: Way, owner: Owner | None, default: str) -> Self:
        """What the last route says, else the team's owner, else the nearest route around it, else the root.

        Args:
            routing: the root.
            way: the routes that led here.
            owner: that of the team.
            default: the channel where nobody names one.
        """
        own, around = way[-1:], way[-2::-1] if way else ()
        owners = () if owner is None else (owner,)
        said = (*own, *owners, *around)
        emails = (*(one.email for one in said), routing.email)
        return cls(
            _first(*(one.channel for one in said)) or default,
            next((one for one in emails if one is not None), ()),
            _first(*(one.teams for one in said), routing.teams) or _HOOK,
            _first(*(one.webhook for one in said), routing.webhook) or _HOOK,
        )

    def places(self, sinks: Collection[str]) -> tuple[Place, ...]:
        """The places of these sinks; one without an address gets none."""
        addresses = {
            "slack": self.channel,
            "console": self.channel,
            "email": ",".join(self.email),
            "teams": self.teams,
            "webhook": self.webhook,
            "events": "",
        }
        if not self.email:
            del addresses["email"]
        return tuple(Place(sink, address) for sink, address in addresses.items() if sink in sinks)


def in_channel(channel: str, sinks: Collection[str]) -> tuple[Place, ...]:
    """The places of a channel."""
    return tuple(Place(sink, channel) for sink in CHANNELS if sink in sinks)


def _first(*said: str | None) -> str | None:
    return next((one for one in said if one is not None), None)
