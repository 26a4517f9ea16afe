"""A bundle: what one message tells of, where it stands in each place, and what is still to be said. State."""

from typing import Final, Literal

import msgspec

from alerting.cases.case import Reason, Said
from alerting.cases.record import ToldIn
from alerting.render.message import Message
from alerting.routing.target import Place

Kind = Literal["single", "group", "flood", "limit", "operator"]
_MOST_UNSAID: Final = 50  # milestones that a place which cannot be told is kept
MANY: Final = frozenset({"group", "flood", "limit"})


class Milestone(msgspec.Struct, frozen=True, array_like=True):
    """What is said in a message's thread, or by sinks that cannot edit, as a message of its own."""

    number: int  # counts up within its bundle
    reason: str  # a `Reason`, or an `ActKind`
    message: Message
    at: int  # epoch seconds
    broadcast: bool = False  # in the channel too
    mentions: tuple[str, ...] = ()


class Delivery(msgspec.Struct, array_like=True):
    """Where a bundle's message stands in one place.

    ``trying`` is noted before the first post, so that who finds it without a receipt looks whether it was posted.
    """

    receipt: tuple[str, str] | None = None
    version: int = 0  # of the bundle, that was delivered
    content: str = ""  # hash of what was delivered
    said: int = 0  # milestones up to this number are in the thread
    trying: int | None = None  # epoch seconds
    charts: int = 0  # attached so far
    problem: str = ""  # why it is not where it should be
    refused: bool = False  # the message itself is: nobody takes it
    told_at: int | None = None  # when it was first told there, epoch seconds


class Bundle(msgspec.Struct, array_like=True):
    """Cases that are told in one message."""

    id: str  # unique
    key: str  # of its notices: the anomaly's id, or its own
    kind: Kind
    route: str
    places: tuple[Place, ...]
    fallback: tuple[Place, ...]
    opened_at: int  # epoch seconds
    tell_at: int  # not told before
    labels: tuple[tuple[str, str], ...] = ()
    members: tuple[str, ...] = ()  # anomaly ids, as they joined
    said: dict[str, Said] = {}
    version: int = 1
    milestones: tuple[Milestone, ...] = ()  # that some place has not been told
    numbered: int = 0  # milestones so far
    deliveries: dict[str, Delivery] = {}  # by `place_key`
    mentions: tuple[str, ...] = ()  # called so far: with the first post, or later in the thread
    escalated: bool = False
    gathered: tuple[Reason, ...] = ()  # of many: reasons that the thread was not told yet
    joined: tuple[str, ...] = ()  # of many: members that it was not told of yet
    gathered_at: int = 0  # when the thread was told last
    joined_at: int = 0  # when the newest member came
    interval: int = 300  # seconds between milestones of many
    text: str = ""  # of an operator's notice
    shown: dict[str, str] = {}  # by anomaly: what the message was made of, besides time
    called_at: int = 0  # when people were called last, epoch seconds
    escalated_for: tuple[str, ...] = ()  # of many: members when it was escalated

    def delivery(self, place: Place) -> Delivery:
        """Where it stands in a place."""
        return self.deliveries.setdefault(place_key(place), Delivery())

    def say(
        self,
        reason: str,
        message: Message,
        at: int,
        *,
        broadcast: bool = False,
        mentions: tuple[str, ...] = (),
    ) -> None:
        """Something is to be said besides what the message says."""
        self.numbered += 1
        one = Milestone(self.numbered, reason, message, at, broadcast, mentions)
        self.milestones = (*self.milestones, one)[-_MOST_UNSAID:]
        self.version += 1

    def drop_said(self) -> None:
        """Milestones that every place was told are not kept."""
        least = min((self.delivery(place).said for place in self.places), default=0)
        self.milestones = tuple(one for one in self.milestones if one.number > least)


def place_key(place: Place) -> str:
    """A place as one string."""
    return f"{place.sink} {place.address}"


def told_in(bundle: Bundle, place: Place) -> ToldIn:
    """Where a bundle stands in a place, as the public record of its cases has it."""
    delivery = bundle.delivery(place)
    return ToldIn(
        sink=place.sink,
        address=place.address,
        notice=bundle.key,
        receipt=delivery.receipt,
        problem=delivery.problem,
        told_at=delivery.told_at,
    )
