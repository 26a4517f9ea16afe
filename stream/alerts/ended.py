"""Silences and planned events that somebody ends before their time."""

from typing import TypeVar

import msgspec

from alerting.cases.acts import Actor
from alerting.cases.silence import PlannedEvent, Silence

_Said = TypeVar("_Said", Silence, PlannedEvent)


def ended(said: _Said, by: Actor, now: int) -> _Said:
    """The same, over: from now on, or as if it had never held if it has not begun; the comment says who ended it."""
    return msgspec.structs.replace(
        said,
        starts_at=min(said.starts_at, now),
        ends_at=now,
        comment=f"{said.comment} (ended by {by.name})",
    )
