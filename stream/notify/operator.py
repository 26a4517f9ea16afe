"""What whoever runs the service is told: a channel that cannot be told, a source that stops."""

from collections.abc import Collection
from hashlib import blake2b
from typing import Final

from alerting.notices.bundle import Bundle
from alerting.routing.target import Place, Target
from config.rules import Rules
from stream.notify.memory import Memory

_AGAIN_AFTER: Final = 86_400  # seconds
_IN_CHANNELS: Final = ("slack", "console")
_NAMED: Final = {"webhook": "default", "teams": "default", "events": ""}


def operator_target(rules: Rules, sinks: Collection[str]) -> Target:
    """Where the operator is told."""
    routing = rules.routing
    channel = routing.operators
    places = [Place(sink, channel) for sink in _IN_CHANNELS if sink in sinks]
    places += [Place(sink, address) for sink, address in _NAMED.items() if sink in sinks]
    fallback = [
        Place(place.sink, routing.default_channel) for place in places if place.sink in _IN_CHANNELS
    ]
    return Target(route="operator", places=tuple(places), fallback=tuple(fallback), group_wait=0)


def tell(memory: Memory, text: str, now: int, sinks: Collection[str], rules: Rules) -> None:
    """Tell the operator a line, once a day at most."""
    target = operator_target(rules, sinks)
    key = "O-" + blake2b(text.encode(), digest_size=5).hexdigest().upper()
    if not target.places:
        return
    for bundle in memory.gathering.bundles.values():
        if bundle.key == key and now - bundle.opened_at < _AGAIN_AFTER:
            return
    memory.gathering.put(
        Bundle(
            id=f"{key}-{now}",
            key=key,
            kind="operator",
            route=target.route,
            places=target.places,
            fallback=target.fallback,
            opened_at=now,
            tell_at=now,
            text=text,
        )
    )
