"""FOCUS 1.0 to 1.4, the FinOps Foundation's format of bills: one JSON object a row."""

from decimal import Decimal
from operator import attrgetter
from typing import get_args

import msgspec

from config.detection import ChargeKind
from stream.charge import Charge, Dimensions
from stream.formats.event import Event
from stream.formats.focus_row import ABSENT, Row
from stream.formats.focus_scope import scope_of
from stream.formats.money import parse_money
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.row_hash import hash_of
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar, currency_of, key_alias, name_of
from stream.formats.times import parse_time
from stream.memo import Memo

NAME = "focus"
SOURCE = "billing"
IS_CERTAIN = True
MARKS = ("ChargePeriodStart", "EffectiveCost", "BillingCurrency", "ServiceName")

_LONGEST_SKU = 120
_QUOTE = ord('"')
_MARKS = ("ChargePeriodStart", "EffectiveCost", "BilledCost")
_CATEGORIES = frozenset(get_args(ChargeKind)) - {"recurring"}
_NO_VALUE = frozenset({b"", b"null", b'""', b'"NULL"', b'"null"'})


_decoder = msgspec.json.Decoder(Row)
_known: Memo[Dimensions] = Memo()
_texts = attrgetter(  # all that the dimensions are made of, but for what stays JSON
    *("service_provider_name", "host_provider_name", "provider_name", "publisher_name"),
    *("billing_currency", "service_name", "service_category"),
    *("charge_category", "charge_frequency", "sub_account_id", "billing_account_id"),
    *("credential_id", "region_id", "region_name", "model_id", "model"),
    *("sku_meter", "charge_description", "sku_id", "resource_id"),
)


def recognises(event: Event) -> bool:
    """Whether the event has a column that only FOCUS has."""
    fields = event.fields()
    return any(mark in fields for mark in _MARKS)


def read(event: Event) -> Charge:
    """The charge of a row.

    Raises:
        RefusedError: if the row has no time, no cost or no currency, or one that cannot be read.
    """
    try:
        row = _decoder.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    named, time, dimensions = _line_item_id(row), _time(row), _dimensions(row)
    return Charge(
        charge_id=named or hash_of(event),
        identified=bool(named),
        time=time,
        cost=_cost(row),
        dimensions=dimensions,
        scope=scope_of(dimensions.provider, row.billing_account_id, row.billing_period_start, time),
    )


def _dimensions(row: Row) -> Dimensions:
    key = (*_texts(row), bytes(row.tags), bytes(row.sku_price_details))
    return _known.get(key) or _known.keep(key, _read_dimensions(row))


def _read_dimensions(row: Row) -> Dimensions:
    tags = parse_tags(row.tags)
    provider = name_of(
        "ServiceProviderName",
        row.service_provider_name,
        row.host_provider_name,
        row.provider_name,
        row.publisher_name,
    )
    return Dimensions(
        currency=currency_of("BillingCurrency", row.billing_currency),
        service=name_of("ServiceName", row.service_name, row.service_category)
        or provider
        or "unknown",
        charge_kind=_charge_kind(row.charge_category, row.charge_frequency),
        provider=provider,
        account=name_of("SubAccountId", row.sub_account_id, row.billing_account_id),
        api_key=_api_key(row),
        region=name_of("RegionId", row.region_id, row.region_name),
        model=_model(row, tags),
        sku=_sku(row),
        resource=name_of("ResourceId", row.resource_id),
        tags=tags,
    )


def _time(row: Row) -> int:
    start = row.charge_period_start
    if start is None or start in {"", "NULL"}:
        raise RefusedError(
            "missing_time",
            "ChargePeriodStart is missing; write the start of the charge period, such as 2025-04-01T00:00:00Z",
        )
    return parse_time("ChargePeriodStart", start)


def _cost(row: Row) -> Decimal:
    """EffectiveCost, which spreads what was paid in advance; where it is not given, BilledCost."""
    for field, raw in (("EffectiveCost", row.effective_cost), ("BilledCost", row.billed_cost)):
        text = bytes(raw)
        if text in _NO_VALUE:
            continue
        if text[0] == _QUOTE:
            content = str(msgspec.json.decode(text)).strip()
            if not content:
                continue
            return parse_money(field, content)
        return parse_money(field, text.decode("ascii", "replace"))
    raise RefusedError(
        "missing_cost",
        "EffectiveCost and BilledCost are both missing; write one as a number or as text",
    )


def _charge_kind(category: Scalar, frequency: Scalar) -> str:
    """The charge's category; what recurs is apart from usage, since it comes once a period."""
    kind = name_of("ChargeCategory", category).strip().lower() or "usage"
    if kind not in _CATEGORIES:
        raise RefusedError(
            "unknown_charge_category",
            f"ChargeCategory is {quoted(category)}; "
            "FOCUS knows Usage, Purchase, Tax, Credit and Adjustment",
        )
    if kind in {"usage", "purchase"} and str(frequency).strip().lower() == "recurring":
        return "recurring"
    return kind


def _api_key(row: Row) -> str:
    if row.credential_id is None:
        return ""
    return key_alias(name_of("CredentialId", row.credential_id))


def _sku(row: Row) -> str:
    description = row.charge_description
    if isinstance(description, str):
        description = description[:_LONGEST_SKU]
    return name_of("SkuMeter", row.sku_meter, description, row.sku_id)


def _model(row: Row, tags: dict[str, str]) -> str:
    """The AI model, where the row says one: a column of its own, the SKU's details, or a tag."""
    if row.model_id is not None or row.model is not None:
        return name_of("x_ModelId", row.model_id, row.model)
    if row.sku_price_details is not ABSENT:
        named = parse_tags(row.sku_price_details).get("ModelId", "")
        if named:
            return named
    return tags.get("gen_ai.request.model") or tags.get("model", "")


def _line_item_id(row: Row) -> str:
    """The line item's id, which FOCUS leaves to columns of the provider's own; "" where none has one."""
    return name_of(
        "x_LineItemId",
        row.line_item_id,
        row.line_item_id_snake,
        row.line_item_id_plain,
        row.line_item_id_camel,
    )
