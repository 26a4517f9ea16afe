"""Databricks' table system.billing.usage: DBUs and other units, priced where the row brings its list price.

The prices stand in another table, system.billing.list_prices; joined to the rows, or as `pricing.units` in the rules.
"""

from decimal import Decimal
from typing import Final

import msgspec

from stream.charge import Charge, Dimensions
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.event import Event
from stream.formats.flat import Flat, product
from stream.formats.focus_scope import scope_of
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.row_hash import hash_of
from stream.formats.tags import parse_tags
from stream.formats.text import currency_of
from stream.formats.times import parse_time
from stream.technology import technology_of

NAME = "databricks system.billing.usage"
SOURCE = "billing"
MARKS = ("usage_quantity", "sku_name", "usage_unit", "usage_start_time", "record_id")

_PROVIDER: Final = "Databricks"
_RESOURCES: Final = (  # of usage_metadata, the most telling first
    *("job_id", "dlt_pipeline_id", "warehouse_id", "endpoint_id", "endpoint_name", "app_id"),
    *("database_instance_id", "cluster_id", "instance_pool_id", "notebook_id"),
)
_AI: Final = ("MODEL_SERVING", "FOUNDATION_MODEL", "VECTOR_SEARCH", "AGENT", "AI_", "GENIE")


class _Price(msgspec.Struct, gc=False):
    default: msgspec.Raw = ABSENT


class _Pricing(msgspec.Struct, gc=False):
    """The column ``pricing`` of the list prices: what holds now stands apart from the list price."""

    default: msgspec.Raw = ABSENT
    effective_list: _Price | None = None


def recognises(event: Event) -> bool:
    """Whether it has columns that only this table has together."""
    fields = event.fields()
    return "usage_quantity" in fields and "sku_name" in fields


def read(event: Event) -> Charge:
    """The charge of a row. A retraction is below zero, and takes back the row that it names.

    Raises:
        RefusedError: if it has no time or no quantity, or one that cannot be read.
    """
    row = Flat(event)
    time, quantity = _time(row), row.amount("usage_quantity")
    if quantity is None:
        raise RefusedError("missing_cost", "usage_quantity is missing; export the column")
    named, cost = row.text("record_id"), _cost(row, quantity)
    return Charge(
        charge_id=named or hash_of(event),
        identified=bool(named),
        time=time,
        cost=cost,
        dimensions=_dimensions(row, priced=cost is not None),
        scope=scope_of(_PROVIDER, row.text("account_id"), None, time),
        quantity=quantity,
        unit=row.text("usage_unit"),
    )


def _time(row: Flat) -> int:
    for name in ("usage_start_time", "usage_date"):
        text = row.text(name)
        if text:
            return parse_time(name, text)
    raise RefusedError(
        "missing_time", "usage_start_time is missing; export the column, or usage_date"
    )


def _cost(row: Flat, quantity: Decimal) -> Decimal | None:
    """By the row's list cost, or the price joined to it; None where it has neither."""
    cost = row.amount("list_cost")
    if cost is not None:
        return cost
    price = _joined(row)
    if price is None:
        price = row.amount("effective_list_price", "list_price", "unit_price")
    return None if price is None else product("usage_quantity * price", quantity, price)


def _joined(row: Flat) -> Decimal | None:
    text = bytes(row.raw("pricing"))
    if text[:1] == b'"':  # a struct that was written as text
        text = row.text("pricing").encode()
    if text[:1] != b"{":
        return row.amount("pricing")
    try:
        pricing = msgspec.json.decode(text, type=_Pricing)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    effective = pricing.effective_list
    found = None if effective is None else amount_of("pricing.effective_list", effective.default)
    return amount_of("pricing.default", pricing.default) if found is None else found


def _dimensions(row: Flat, *, priced: bool) -> Dimensions:
    sku, product_name = row.text("sku_name"), row.text("billing_origin_product")
    told = technology_of(_PROVIDER, product_name, sku, "")
    is_ai = product_name.upper().startswith(_AI)
    return Dimensions(
        currency=currency_of("currency_code", row.text("currency_code") if priced else "USD"),
        service=product_name or _PROVIDER,
        charge_kind="usage",
        provider=_PROVIDER,
        account=row.text("workspace_id", "account_id"),
        sku=sku,
        resource=_resource(row),
        tags=parse_tags(row.raw("custom_tags")),
        technology="ai" if is_ai else told,
    )


def _resource(row: Flat) -> str:
    metadata = parse_tags(row.raw("usage_metadata"))
    return next((f"{name}={metadata[name]}" for name in _RESOURCES if metadata.get(name)), "")
