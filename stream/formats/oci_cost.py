"""Oracle Cloud's cost reports: one JSON object a row, with a column for each tag."""

from typing import Final

from stream.charge import Charge, Dimensions
from stream.formats.bill_dimensions import dimensions_of
from stream.formats.cells import Cells
from stream.formats.columns import Columns
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.pairs import bounded
from stream.formats.row_hash import hash_of
from stream.formats.text import currency_of

NAME = "oci-cost"
SOURCE = "billing"
MARKS = ("lineItem/intervalUsageStart", "cost/myCost", "product/service")

_PROVIDER: Final = "Oracle"
_TAG: Final = "tag:"
_MARKS: Final = frozenset(
    {
        *("lineItem/intervalUsageStart", "lineitem/intervalusagestart"),
        *("lineItem_intervalUsageStart", "lineitem_intervalusagestart"),
    }
)
_COLUMNS: Final = Columns(
    (
        *("lineItem/referenceNo", "lineItem/tenantId", "lineItem/intervalUsageStart"),
        *("lineItem/isCorrection", "product/service", "product/compartmentId", "product/region"),
        *("product/resourceId", "product/Description", "cost/productSku", "cost/myCost"),
        "cost/currencyCode",
    ),
    prefixes={"tags/": _TAG},
)


def recognises(event: Event) -> bool:
    """Whether the event has the time of a usage under Oracle's name."""
    names = event.fields().keys()
    return not _MARKS.isdisjoint(names) and "ChargePeriodStart" not in names


def read(event: Event) -> Charge:
    """The charge of a row. A correction is a row of its own, which adds its amount.

    Raises:
        RefusedError: if it has no time, no cost or no currency, or one that cannot be read.
    """
    row = Cells(event.fields().items(), _COLUMNS)
    named, time = row.text("lineItem/referenceNo"), row.time("lineItem/intervalUsageStart")
    return Charge(
        charge_id=named or hash_of(event),
        identified=bool(named),
        time=time,
        cost=row.cost("cost/myCost"),
        dimensions=_dimensions(row),
        scope=scope_of(_PROVIDER, row.text("lineItem/tenantId"), "", time),
    )


def _dimensions(row: Cells) -> Dimensions:
    is_correction = row.text("lineItem/isCorrection").lower() == "true"
    return dimensions_of(
        currency=currency_of("cost/currencyCode", row.text("cost/currencyCode")),
        service=row.text("product/service") or _PROVIDER,
        charge_kind="adjustment" if is_correction else "usage",
        provider=_PROVIDER,
        account=row.text("product/compartmentId", "lineItem/tenantId"),
        region=row.text("product/region"),
        sku=row.text("product/Description", "cost/productSku"),
        resource=row.text("product/resourceId"),
        tags=bounded(row.starting_with(_TAG).items()),
    )
