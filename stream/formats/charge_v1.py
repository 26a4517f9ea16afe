"""``spendwatch.charge.v1``: a charge in plain words, for SaaS, licences, a data centre, and what has no format."""

from typing import Final, get_args

import msgspec

from config.detection import ChargeKind
from stream.charge import Charge, Dimensions
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.envelope import NONE, Envelope
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.row_hash import hash_of
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar, currency_of, key_alias, name_of
from stream.formats.times import parse_time
from stream.technology import TECHNOLOGIES

NAME = "spendwatch.charge.v1"
SOURCE = "billing"
MARKS = ("schema", "time", "cost", "currency", "service")

_SCHEMA: Final = f'"{NAME}"'.encode()
_KINDS: Final = get_args(ChargeKind)


class Document(msgspec.Struct, gc=False):
    """The fields that are read; all others are ignored."""

    id: Scalar = None
    time: Scalar = None
    cost: msgspec.Raw = ABSENT
    currency: Scalar = None
    quantity: msgspec.Raw = ABSENT
    unit: Scalar = None
    kind: Scalar = None
    technology: Scalar = None
    provider: Scalar = None
    service: Scalar = None
    account: Scalar = None
    billing_account: Scalar = None
    billing_period_start: Scalar = None
    region: Scalar = None
    sku: Scalar = None
    resource: Scalar = None
    model: Scalar = None
    api_key: Scalar = None
    team: Scalar = None
    environment: Scalar = None
    tags: msgspec.Raw = ABSENT


_decoder = msgspec.json.Decoder(Document)


def recognises(event: Event) -> bool:
    """Whether the event says so itself."""
    fields = event.fields()
    schema = fields.get("schema")
    return schema is not None and bytes(schema) == _SCHEMA and not event.is_enveloped()


def read(event: Event) -> Charge:
    """The charge of an event without an envelope."""
    return charge(event.original, NONE)


def charge(data: bytes, envelope: Envelope) -> Charge:
    """The charge of a document.

    Args:
        data: the document, a JSON object.
        envelope: its identity counts before the document's ``id``, which counts before a hash; its time only
            where the document has none, since it tells when the event was made, not when the charge began.

    Raises:
        RefusedError: if a field is missing or cannot be read.
    """
    try:
        document = _decoder.decode(data)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    named = envelope.event_id or name_of("id", document.id)
    began, dimensions = _time(document, envelope.time), _dimensions(document)
    cost, quantity = amount_of("cost", document.cost), amount_of("quantity", document.quantity)
    if cost is None and quantity is None:
        raise RefusedError(
            "missing_cost",
            "cost is missing; write it as a number or as text, or write quantity and unit, which the rules may price",
        )
    account = document.billing_account
    return Charge(
        charge_id=named or hash_of(Event(data, {})),
        identified=bool(named),
        time=began,
        cost=cost,
        dimensions=dimensions,
        scope=scope_of(
            dimensions.provider,
            dimensions.account if account is None else account,
            document.billing_period_start,
            began,
        ),
        quantity=quantity,
        unit=name_of("unit", document.unit),
    )


def _time(document: Document, time: int | None) -> int:
    began = document.time
    if began is not None and began != "":
        return parse_time("time", began)
    if time is not None:
        return time
    raise RefusedError(
        "missing_time",
        "time is missing; write the start of the charge period, such as 2025-04-01T00:00:00Z",
    )


def _dimensions(document: Document) -> Dimensions:
    provider = name_of("provider", document.provider)
    return Dimensions(
        currency=currency_of("currency", document.currency),
        service=name_of("service", document.service) or provider or _no_service(),
        charge_kind=_one_of("kind", document.kind, _KINDS) or "usage",
        provider=provider,
        account=name_of("account", document.account, document.billing_account),
        api_key=key_alias(name_of("api_key", document.api_key)),
        region=name_of("region", document.region),
        model=name_of("model", document.model),
        sku=name_of("sku", document.sku),
        resource=name_of("resource", document.resource),
        tags=_tags(document),
        technology=_one_of("technology", document.technology, TECHNOLOGIES),
    )


def _no_service() -> str:
    raise RefusedError(
        "missing_service", "service and provider are missing; write what the charge is for"
    )


def _one_of(field: str, value: Scalar, known: tuple[str, ...]) -> str:
    word = name_of(field, value).strip().lower()
    if word and word not in known:
        raise RefusedError(
            f"unknown_{field}", f"{field} is {quoted(value)}; write one of {', '.join(known)}"
        )
    return word


def _tags(document: Document) -> dict[str, str]:
    """The document's tags, with its team and its environment among them: allocation reads tags."""
    named = {
        "team": name_of("team", document.team),
        "environment": name_of("environment", document.environment),
    }
    return {**parse_tags(document.tags), **{key: value for key, value in named.items() if value}}
