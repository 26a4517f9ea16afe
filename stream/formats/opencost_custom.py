"""OpenCost's customCost API: what its plugins fetched from others, such as Datadog, MongoDB or OpenAI."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, get_args

import msgspec

from config.detection import ChargeKind
from stream.charge import Charge, Dimensions
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.opencost_reply import (
    PROVIDER,
    Window,
    currency,
    data_of,
    holds,
    start_of,
    told_apart,
)
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.text import Scalar, name_of
from stream.technology import technology_of

NAME = "opencost customCost"
SOURCE = "billing"
MARKS = ("customCosts", "timeseries", "totalBilledCost", "totalListCost")

_KINDS: Final = frozenset(get_args(ChargeKind))
_LONGEST_SKU: Final = 120


class Item(msgspec.Struct, gc=False):
    """What a plugin fetched. Newer versions give the cost that was asked for, older ones both bases."""

    id: Scalar = None
    zone: Scalar = None
    account_name: Scalar = None
    charge_category: Scalar = None
    description: Scalar = None
    resource_name: Scalar = None
    resource_type: Scalar = None
    provider_id: Scalar = None
    domain: Scalar = None
    cost_source: Scalar = None
    aggregate: Scalar = None
    cost: msgspec.Raw = ABSENT
    billed_cost: msgspec.Raw = msgspec.field(default=ABSENT, name="billedCost")
    list_cost: msgspec.Raw = msgspec.field(default=ABSENT, name="listCost")


class Set(msgspec.Struct, gc=False):
    """The items of a window, or the windows of a series of time."""

    window: Window | None = None
    custom_costs: list[Item | None] | None = msgspec.field(default=None, name="customCosts")
    timeseries: "list[Set | None] | None" = None


_decoder = msgspec.json.Decoder(Set)


def recognises(event: Event) -> bool:
    """Whether it is a set of custom costs, or a reply with sets."""
    return holds(event, "customCosts")


def read(event: Event) -> list[Charge]:
    """The charges of all items.

    Raises:
        RefusedError: if one of the items cannot be read.
    """
    code = currency(event)
    try:
        data = _decoder.decode(data_of(event))
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    sets = [data, *(one for one in data.timeseries or () if one is not None)]
    return told_apart([one for each in sets for one in _charges(each, code)])


def _charges(each: Set, code: str) -> Iterator[Charge]:
    window = each.window or Window()
    for item in each.custom_costs or ():
        if item is not None:
            yield _charge(item, window, code)


def _charge(item: Item, window: Window, code: str) -> Charge:
    domain = name_of("domain", item.domain, item.cost_source)
    named = name_of("aggregate", item.aggregate, item.provider_id, item.resource_name)
    time = start_of(quoted(named), window.start)
    parts = (domain, named, item.resource_name, item.account_name, item.zone, time, window.end)
    dimensions = _dimensions(item, domain, code)
    return Charge(
        charge_id=name_of(
            "id",
            item.id,
            "/".join(("opencost", *(str(part or "") for part in parts))),
        ),
        time=time,
        cost=_cost(item, named),
        dimensions=dimensions,
        scope=scope_of(f"{PROVIDER} {domain}", dimensions.account, window.start, time),
    )


def _cost(item: Item, named: str) -> Decimal:
    """As OpenCost's own cost type `blended`: what was billed, or where that is nothing, the list cost."""
    cost = amount_of("cost", item.cost)
    if cost is not None:
        return cost
    billed = amount_of("billedCost", item.billed_cost)
    if billed:
        return billed
    listed = amount_of("listCost", item.list_cost)
    if listed is None and billed is None:
        raise RefusedError(
            "missing_cost",
            f"cost of {quoted(named)} is missing; write cost, billedCost or listCost",
        )
    return listed or Decimal(0)


def _dimensions(item: Item, domain: str, code: str) -> Dimensions:
    description = item.description
    if isinstance(description, str):
        description = description[:_LONGEST_SKU]
    service = name_of("resource_type", item.resource_type) or domain or "unknown"
    sku = name_of("resource_name", item.resource_name, description)
    kind = name_of("charge_category", item.charge_category).strip().lower()
    told = technology_of(domain, service, "", "")
    return Dimensions(
        currency=code,
        service=service,
        charge_kind=kind if kind in _KINDS else "usage",
        provider=domain,
        account=name_of("account_name", item.account_name),
        region=name_of("zone", item.zone),
        sku=sku,
        resource=name_of("provider_id", item.provider_id),
        technology="saas" if told == "other" else told,
    )
