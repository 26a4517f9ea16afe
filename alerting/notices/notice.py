"""What a sink is given: one message, told now, and what it is about."""

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.case import Reason
from alerting.render.message import Message


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a message, where a message can have one."""

    name: str  # such as `spend.csv`
    media_type: str  # such as `text/csv`
    content: bytes


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it is now."""

    key: str  # of what is told: an anomaly's id, a group's, a digest's day; one message each in a place
    message: Message
    reason: Reason | None = None  # why now; None: it only reads differently
    is_firing: bool = True
    anomalies: tuple[Anomaly, ...] = ()  # those it tells of, the largest first; none: a digest
    labels: tuple[tuple[str, str], ...] = ()  # that its anomalies share by the route's `group_by`
    mentions: tuple[str, ...] = ()  # Slack ids that it calls
    attachments: tuple[Attachment, ...] = ()
