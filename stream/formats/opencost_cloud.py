"""OpenCost's cloudCost API: a cloud's bill as OpenCost keeps it, by day."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from stream.charge import Charge, Dimensions
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.opencost_reply import PROVIDER, Window, currency, data_of, holds, start_of
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar, name_of

NAME = "opencost cloudCost"
SOURCE = "billing"
MARKS = ("cloudCosts", "sets", "aggregationProperties")


class Cost(msgspec.Struct, gc=False):
    """A cost, without the share of it that is Kubernetes'."""

    cost: msgspec.Raw = ABSENT


class Properties(msgspec.Struct, gc=False):
    """Who is paid for what."""

    provider: Scalar = None
    provider_id: Scalar = msgspec.field(default=None, name="providerID")
    account_id: Scalar = msgspec.field(default=None, name="accountID")
    invoice_entity_id: Scalar = msgspec.field(default=None, name="invoiceEntityID")
    region_id: Scalar = msgspec.field(default=None, name="regionID")
    service: Scalar = None
    category: Scalar = None
    labels: msgspec.Raw = ABSENT


class Item(msgspec.Struct, rename="camel", gc=False):
    """What something cost, on several bases."""

    properties: Properties | None = None
    window: Window | None = None
    amortized_net_cost: Cost | None = None
    amortized_cost: Cost | None = None
    net_cost: Cost | None = None
    invoiced_cost: Cost | None = None
    list_cost: Cost | None = None


class Set(msgspec.Struct, gc=False):
    """The items of one window."""

    cloud_costs: dict[str, Item | None] | None = msgspec.field(default=None, name="cloudCosts")
    window: Window | None = None


class Data(msgspec.Struct, gc=False):
    """What the API replies."""

    sets: list[Set | None] | None = None


_data = msgspec.json.Decoder(Data)
_set = msgspec.json.Decoder(Set)
_BASES: Final = tuple(
    (field.name, field.encode_name)
    for field in msgspec.structs.fields(Item)
    if field.name.endswith("_cost")
)


def recognises(event: Event) -> bool:
    """Whether it is a set of cloud costs, or a reply with sets."""
    return holds(event, "cloudCosts")


def read(event: Event) -> list[Charge]:
    """The charges of all items.

    Raises:
        RefusedError: if one of the items cannot be read.
    """
    code, data = currency(event), data_of(event)
    try:
        sets = _sets(event, data)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    return list(_charges(sets, code))


def _sets(event: Event, data: bytes) -> list[Set | None]:
    if "cloudCosts" in event.fields():
        return [_set.decode(data)]
    return _data.decode(data).sets or []


def _charges(sets: list[Set | None], code: str) -> Iterator[Charge]:
    for each in sets:
        if each is None:
            continue
        for name, item in (each.cloud_costs or {}).items():
            if item is not None:
                yield _charge(name, item, each.window or Window(), code)


def _charge(name: str, item: Item, window: Window, code: str) -> Charge:
    properties, own = item.properties or Properties(), item.window or Window()
    time = start_of(quoted(name), own.start, window.start)
    provider = name_of("provider", properties.provider)
    invoice = name_of("invoiceEntityID", properties.invoice_entity_id)
    end = name_of("window.end", own.end, window.end)
    named = "/".join(("opencost", provider, invoice, name, str(time), end))
    return Charge(
        charge_id=name_of("the item's name", named),
        time=time,
        cost=_cost(name, item),
        dimensions=Dimensions(
            currency=code,
            service=name_of("service", properties.service, properties.category)
            or provider
            or name
            or "unknown",
            charge_kind="usage",
            provider=provider,
            account=name_of("accountID", properties.account_id, properties.invoice_entity_id),
            region=name_of("regionID", properties.region_id),
            sku=name_of("category", properties.category),
            resource=name_of("providerID", properties.provider_id),
            tags=parse_tags(properties.labels),
        ),
        scope=scope_of(
            f"{PROVIDER} {provider}",
            invoice,
            own.start if own.start is not None else window.start,
            time,
        ),
    )


def _cost(name: str, item: Item) -> Decimal:
    """The first basis that is there: spread over its period and after discounts, as FOCUS' EffectiveCost is."""
    for field, written in _BASES:
        basis: Cost | None = getattr(item, field)
        amount = None if basis is None else amount_of(f"{written}.cost", basis.cost)
        if amount is not None:
            return amount
    raise RefusedError(
        "missing_cost",
        f"amortizedNetCost of {quoted(name)} is missing, and so are the other costs; write one of them",
    )
