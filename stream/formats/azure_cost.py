"""Azure Cost Management exports, actual and amortised, of all agreements: one JSON object a row."""

from datetime import UTC, datetime
from typing import Final

from stream.charge import Charge, Dimensions
from stream.formats.azure_columns import (
    COLUMNS,
    COSTS,
    DATES,
    MARKS,
    OF_FOCUS,
    PERIOD_END,
    PERIOD_START,
)
from stream.formats.azure_dates import date_of
from stream.formats.bill_dimensions import dimensions_of
from stream.formats.cells import Cells
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.pairs import bounded, pairs_within
from stream.formats.refused import RefusedError
from stream.formats.row_hash import hash_of
from stream.formats.text import currency_of

NAME = "azure-cost"
SOURCE = "billing"

_PROVIDER: Final = "Microsoft"
_UNASSIGNED: Final = frozenset({"", "unassigned"})
_SERVICES: Final = ("MeterCategory", "ServiceName", "ConsumedService", "ProductName", "Product")
_RESOURCES: Final = ("ResourceId", "InstanceId", "InstanceName", "ResourceName")
_WHEN_OR_HOW_MUCH: Final = frozenset((*DATES, *COSTS))
_KINDS: Final = {
    "purchase": "purchase",
    "refund": "credit",
    "credit": "credit",
    "tax": "tax",
    "adjustment": "adjustment",
    "roundingadjustment": "adjustment",
}


def recognises(event: Event) -> bool:
    """Whether the event has a column that only Azure has, beside a date or a cost, and none of FOCUS."""
    columns = set(map(COLUMNS.__getitem__, event.fields()))
    return (
        not columns.isdisjoint(MARKS)
        and not columns.isdisjoint(_WHEN_OR_HOW_MUCH)
        and columns.isdisjoint(OF_FOCUS)
    )


def read(event: Event) -> Charge:
    """The charge of a row.

    Raises:
        RefusedError: if it has no date, no cost or no currency, or one that cannot be read.
    """
    row = Cells(event.fields().items(), COLUMNS)
    start, end = row.text(PERIOD_START), row.text(PERIOD_END)
    time = _time(row, start, end)
    return Charge(
        charge_id=hash_of(event),
        identified=False,
        time=time,
        cost=row.cost(*COSTS),
        dimensions=_dimensions(row),
        scope=scope_of(_PROVIDER, _account(row), _period(start, end), time),
    )


def _time(row: Cells, start: str, end: str) -> int:
    for column in DATES:
        text = row.text(column)
        if text:
            return date_of(column, text, start, end)
    return row.time(*DATES)


def _account(row: Cells) -> str:
    """Whose bill it is: the billing account, and of several in it the profile, or the subscription alone."""
    account, profile = row.text("BillingAccountId"), row.text("BillingProfileId")
    if account and profile and account != profile:
        return f"{account}/{profile}"
    return account or profile or row.text("SubscriptionId", "SubscriptionGuid")


def _period(start: str, end: str) -> str:
    """The first day of the billing period in ISO notation; "" where it is none."""
    if not start:
        return ""
    try:
        seconds = date_of(PERIOD_START, start, start, end)
    except RefusedError:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _dimensions(row: Cells) -> Dimensions:
    return dimensions_of(
        currency=currency_of(
            "BillingCurrency", row.text("BillingCurrency", "BillingCurrencyCode", "Currency")
        ),
        service=_assigned(row, *_SERVICES) or _PROVIDER,
        charge_kind=_kind(row.text("ChargeType"), row.text("Frequency")),
        provider=_PROVIDER,
        account=row.text("SubscriptionId", "SubscriptionGuid"),
        region=_assigned(row, "ResourceLocation", "Location", "MeterRegion")
        .replace(" ", "")
        .lower(),
        sku=_assigned(row, "MeterName", "ProductName", "Product"),
        resource=_assigned(row, *_RESOURCES).lower(),
        tags=_tags(row),
    )


def _kind(charge_type: str, frequency: str) -> str:
    """What a commitment leaves unused is usage, day by day; a type that is not known yet is, too."""
    kind = _KINDS.get(charge_type.replace(" ", "").lower(), "usage")
    return "recurring" if kind == "purchase" and frequency.lower() == "recurring" else kind


def _assigned(row: Cells, *columns: str) -> str:
    """The first of the columns that says something: ``Unassigned`` says nothing."""
    texts = (row.text(column) for column in columns)
    return next((text for text in texts if text.lower() not in _UNASSIGNED), "")


def _tags(row: Cells) -> dict[str, str]:
    """Tags, whose outer braces some exports leave out."""
    text = row.text_within("Tags").strip()
    if text.startswith('"'):
        text = f"{{{text}}}"
    return bounded(pairs_within(text).items())
