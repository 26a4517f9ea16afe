"""What people do about an anomaly: who, when, until when, and why."""

from typing import Literal

import msgspec

ActKind = Literal["acknowledge", "snooze", "expected", "wrong", "right", "reopen"]
Via = Literal["slack", "shell"]


class Actor(msgspec.Struct, frozen=True, array_like=True):
    """Who does something."""

    id: str  # a Slack user's id, or the name of the user of a shell
    name: str  # as it is shown
    via: Via


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody did about one anomaly; the same ``act_id`` counts once.

    ``acknowledge``: somebody is on it. ``snooze``: not before ``until``. ``expected``: it is meant to be so, until
    ``until`` (None: from now on). ``wrong``: it should not have alerted. ``right``: it should have. ``reopen``: as if
    nobody had done anything.
    """

    act_id: str
    anomaly_id: str
    kind: ActKind
    by: Actor
    at: int  # epoch seconds, wall clock
    until: int | None = None  # epoch seconds, wall clock
    note: str = ""  # a reason or a comment
