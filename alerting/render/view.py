"""What a message says beside the anomaly itself: how things stand when it is rendered."""

import msgspec

from alerting.cases.case import CaseState
from alerting.cases.record import Quiet


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a case, or a group of them, stands for one place at one moment."""

    state: CaseState
    now: int  # epoch seconds, wall clock
    quiet: Quiet | None = None
    owner: str = ""  # name of the team that owns it
    mentions: tuple[str, ...] = ()  # Slack ids that are called
    links: tuple[tuple[str, str], ...] = ()  # labels and addresses
    is_told_in: tuple[str, ...] = ()  # other places
    can_act: bool = False  # whether the place has buttons
    notice: str = ""  # key of the notice, by which a group's anomalies are listed
