"""Where something is told: the end of a way through the tree of routes."""

import msgspec


class Place(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One address of one sink: a Slack channel, mail addresses, the name of a webhook."""

    sink: str
    address: str


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """Who is called if nobody acknowledges."""

    after: int  # seconds since it was told
    places: tuple[Place, ...]
    mentions: tuple[str, ...]  # Slack ids of user groups and people
    severities: tuple[str, ...]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One route that hears of an anomaly, with all that it inherits."""

    route: str  # names from the root on, joined by `/`
    places: tuple[Place, ...]
    fallback: tuple[Place, ...]  # told where a place cannot be
    group_by: tuple[str, ...] = ()  # labels; none: each anomaly by itself
    group_wait: int = 1  # seconds
    group_interval: int = 300
    repeat_interval: int | None = None  # None: no reminders
    mute: tuple[str, ...] = ()  # names of intervals
    active: tuple[str, ...] = ()
    owner: str = ""  # team of the owners' file; "" where it has none
    mentions: tuple[str, ...] = ()  # called when it is told, such as an on-call user group
    escalation: Escalation | None = None
