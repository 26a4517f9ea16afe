"""AWS Cost and Usage Reports, legacy and 2.0: one JSON object a line item, with its amortised cost."""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final

from stream.charge import Charge, Dimensions
from stream.formats.aws_cur_columns import COLUMNS, PAYER, TYPE, USAGE_START, tags_of
from stream.formats.aws_cur_cost import cost_of
from stream.formats.bill_dimensions import dimensions_of
from stream.formats.cells import Cells
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.pairs import pairs_within
from stream.formats.row_hash import hash_of
from stream.formats.text import currency_of, name_of
from stream.formats.times import parse_time

NAME = "aws-cur"
SOURCE = "billing"
MARKS = ("lineItem/UsageStartDate", "lineItem/UnblendedCost", "lineItem/ProductCode")

_PROVIDER: Final = "AWS"
_MARKS: Final = frozenset(  # one of them is in each line item, in each notation
    {
        *("lineItem/LineItemType", "line_item_line_item_type", "lineitem_lineitemtype"),
        *("lineItemLineItemType", "lineitem/lineitemtype", "LineItem/LineItemType"),
        *("lineItem/UnblendedCost", "line_item_unblended_cost", "lineitem_unblendedcost"),
        *("lineItemUnblendedCost", "lineitem/unblendedcost"),
        *("bill/PayerAccountId", "bill_payer_account_id", "bill_payeraccountid"),
        *("billPayerAccountId", "bill/payeraccountid"),
    }
)
_FOCUS: Final = frozenset({"ChargePeriodStart", "EffectiveCost", "BilledCost"})
_EDITION: Final = " (Amazon Bedrock Edition)"
_ZONE: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[a-z]", re.ASCII)
_KINDS: Final = {
    "Tax": "tax",
    "Credit": "credit",
    "Refund": "credit",
    "Fee": "purchase",
    "Purchase": "purchase",
    "SavingsPlanUpfrontFee": "purchase",
    "SavingsPlanRecurringFee": "recurring",
    "RIFee": "recurring",
    "FlatRateSubscription": "recurring",
}


def recognises(event: Event) -> bool:
    """Whether the event has a column that only these reports have."""
    names = event.fields().keys()
    return not _MARKS.isdisjoint(names) and _FOCUS.isdisjoint(names)


def read(event: Event) -> Charge | Sequence[Charge]:
    """The charge of a line item; none of a container's share of an instance, which counts whole already.

    Raises:
        RefusedError: if it has no time, no cost or no currency, or one that cannot be read.
    """
    row = Cells(event.fields().items(), COLUMNS)
    if row.text("splitLineItem/ParentResourceId"):
        return ()
    time, cost = _time(row), cost_of(row)
    named = row.text("identity/LineItemId")
    return Charge(
        charge_id=_identity(row, named, str(cost)) if named else hash_of(event),
        identified=bool(named),
        time=time,
        cost=cost,
        dimensions=_dimensions(row),
        scope=scope_of(_PROVIDER, row.text(PAYER), row.text("bill/BillingPeriodStartDate"), time),
    )


def _time(row: Cells) -> int:
    """The start of the usage; where it is not told, that of the interval of the line item."""
    interval = row.text("identity/TimeInterval")
    if interval and not row.text(USAGE_START):
        return parse_time("identity/TimeInterval", interval.partition("/")[0])
    return row.time(USAGE_START)


def _identity(row: Cells, named: str, cost: str) -> str:
    """AWS's id is one of its file alone, and stays when the amount changes: so what else tells is in it."""
    told = "\0".join(
        (
            *(named, row.text("identity/TimeInterval"), row.text(TYPE)),
            *(row.text("lineItem/UsageAccountId"), row.text("lineItem/ProductCode")),
            *(row.text("lineItem/UsageType"), row.text("lineItem/Operation")),
            *(row.text("lineItem/ResourceId"), row.text(USAGE_START), cost),
        )
    )
    return f"{named[:64]}-{blake2b(told.encode(), digest_size=8).hexdigest()}"


def _dimensions(row: Cells) -> Dimensions:
    product = pairs_within(row.text_within("product"))
    service = name_of(
        "product",
        row.text("product/ProductName"),
        product.get("product_name"),
        row.text("product/servicename"),
        product.get("servicename"),
        row.text("lineItem/ProductCode", "product/servicecode"),
        _PROVIDER,
    )
    return dimensions_of(
        currency=currency_of("lineItem/CurrencyCode", row.text("lineItem/CurrencyCode")),
        service=service,
        charge_kind=_kind(row.text(TYPE)),
        provider=_PROVIDER,
        account=row.text("lineItem/UsageAccountId", PAYER),
        region=_region(row, product),
        model=_model(row, product, service),
        sku=row.text("lineItem/UsageType"),
        resource=row.text("lineItem/ResourceId"),
        tags=tags_of(row),
    )


def _kind(line_item_type: str) -> str:
    """A type that is not known yet counts as usage: what it costs must not be passed over."""
    if line_item_type.endswith("Discount"):
        return "adjustment"
    return _KINDS.get(line_item_type, "usage")


def _region(row: Cells, product: Mapping[str, str]) -> str:
    told = row.text("product/region", "product/regionCode")
    told = told or name_of("product", product.get("region_code"), product.get("region"))
    if told:
        return told
    zone = _ZONE.fullmatch(row.text("lineItem/AvailabilityZone"))
    return zone.group(1) if zone else ""


def _model(row: Cells, product: Mapping[str, str], service: str) -> str:
    """The AI model: a product that Bedrock sells for others, or an attribute of its own products."""
    if service.endswith(_EDITION):
        return service.removesuffix(_EDITION)
    return name_of("product", row.text("product/model"), product.get("model"))
