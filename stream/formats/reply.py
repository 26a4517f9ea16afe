"""The reply of a model, whichever vendor's: it tells a model and tokens, the envelope tells the rest."""

from decimal import Decimal

import msgspec

from stream.charge import Charge, Usage
from stream.formats.amounts import ABSENT
from stream.formats.envelope import Envelope
from stream.formats.refused import RefusedError
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar, name_of
from stream.formats.times import parse_time
from stream.formats.use import dimensions_of, tags_with


class Reply(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What of a reply is charged. ``part`` names one of several charges of a reply."""

    provider: str
    model: Scalar
    usage: Usage
    id: Scalar = None
    time: Scalar = None
    cost: Decimal | None = None
    tags: msgspec.Raw = ABSENT
    part: str = ""


def charge_of(reply: Reply, envelope: Envelope) -> Charge:
    """The charge of a reply. Identity and time are the envelope's where it has them, else the reply's own.

    Raises:
        RefusedError: ``missing_id`` or ``missing_time`` where neither tells them.
    """
    whose = envelope.whose
    identity = envelope.event_id or _identity(reply)
    return Charge(
        charge_id=name_of("id", f"{identity}/{reply.part}") if reply.part else identity,
        time=_time(reply) if envelope.time is None else envelope.time,
        cost=reply.cost,
        dimensions=dimensions_of(
            provider=whose.provider or reply.provider,
            model=reply.model,
            service=whose.service,
            account=whose.account,
            api_key=whose.api_key,
            region=whose.region,
            tags=tags_with(parse_tags(reply.tags), team=whose.team, environment=whose.environment),
        ),
        usage=reply.usage,
    )


def _identity(reply: Reply) -> str:
    named = name_of("id", reply.id)
    if not named:
        raise RefusedError(
            "missing_id", "this reply has no id; send it as the data of a CloudEvent, which has one"
        )
    return named


def _time(reply: Reply) -> int:
    if reply.time is None or reply.time == "":
        raise RefusedError(
            "missing_time",
            "this reply does not say when it was; send it as the data of a CloudEvent with a time",
        )
    return parse_time("time", reply.time)
