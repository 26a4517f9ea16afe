"""What is too much for one place, from the rules."""

from typing import NamedTuple

from config.routing import Routing


class RoutingBounds(NamedTuple):
    """The rules' flood and limit, as `alerting.notices.gathering` asks for them."""

    flood_more_than: int
    flood_within: int
    limit_messages: int
    limit_per: int

    @classmethod
    def of(cls, routing: Routing) -> "RoutingBounds":
        """The bounds that the rules set."""
        flood, limit = routing.flood, routing.limit
        return cls(flood.more_than, flood.within, limit.messages, limit.per)
