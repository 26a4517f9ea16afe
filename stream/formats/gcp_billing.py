"""Google Cloud's billing export, standard and detailed: one JSON object a row of BigQuery, or of its CSV."""

import re
from decimal import Decimal
from typing import Final

from stream.charge import Charge, Dimensions
from stream.formats.bill_dimensions import dimensions_of
from stream.formats.cells import Cells
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.gcp_columns import cells_of, is_row, labels_of
from stream.formats.gcp_credits import credited
from stream.formats.money import total_of
from stream.formats.row_hash import hash_of
from stream.formats.text import currency_of
from stream.formats.times import parse_time

NAME = "gcp-billing"
SOURCE = "billing"
MARKS = ("usage_start_time", "cost", "currency", "service", "sku")

_PROVIDER: Final = "Google Cloud"
_MONTH: Final = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_EPOCH_OF_BIGQUERY: Final = re.compile(r"\d\.\d{1,15}E9", re.ASCII)
_KINDS: Final = {
    "regular": "usage",
    "tax": "tax",
    "adjustment": "adjustment",
    "rounding_error": "adjustment",
}


def recognises(event: Event) -> bool:
    """Whether the event has the columns that each row of the export has, and no other format."""
    return is_row(event.fields())


def read(event: Event) -> Charge:
    """The charge of a row, net: its cost and its credits.

    Raises:
        RefusedError: if it has no time, no cost or no currency, or one that cannot be read.
    """
    row = cells_of(event.fields())
    time = _time(row)
    return Charge(
        charge_id=hash_of(event),
        identified=False,
        time=time,
        cost=total_of(row.cost("cost"), credited(row)),
        dimensions=_dimensions(row),
        scope=scope_of(_PROVIDER, row.text("billing_account_id"), _month(row), time),
    )


def _time(row: Cells) -> int:
    text = row.text("usage_start_time")
    if _EPOCH_OF_BIGQUERY.fullmatch(text):  # as its API writes timestamps
        return parse_time("usage_start_time", int(Decimal(text)))
    return row.time("usage_start_time")


def _month(row: Cells) -> str:
    """The first day of the invoice's month: what a bill is of, whenever it was used."""
    found = _MONTH.fullmatch(row.text("invoice.month"))
    return f"{found.group(1)}-{found.group(2)}-01" if found else ""


def _dimensions(row: Cells) -> Dimensions:
    return dimensions_of(
        currency=currency_of("currency", row.text("currency")),
        service=row.text("service.description", "service.id") or _PROVIDER,
        charge_kind=_KINDS.get(row.text("cost_type").lower(), "usage"),
        provider=_PROVIDER,
        account=row.text("project.id", "project.number", "billing_account_id"),
        region=row.text("location.region", "location.location"),
        sku=row.text("sku.description", "sku.id"),
        resource=row.text("resource.global_name", "resource.name"),
        tags=labels_of(row),
    )
