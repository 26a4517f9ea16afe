"""Snowflake's view USAGE_IN_CURRENCY_DAILY: what each account's use of a day cost, in the contract's currency."""

from typing import Final

from stream.charge import Charge, Dimensions
from stream.formats.event import Event
from stream.formats.flat import Flat
from stream.formats.focus_scope import scope_of
from stream.formats.refused import RefusedError
from stream.formats.snowflake import PROVIDER, account_of, key_of, technology_of_service, time_of
from stream.formats.text import currency_of

NAME = "snowflake USAGE_IN_CURRENCY_DAILY"
SOURCE = "billing"
MARKS = ("USAGE_IN_CURRENCY", "USAGE_DATE", "CURRENCY", "ACCOUNT_NAME", "USAGE_TYPE")

_MARK: Final = frozenset({"USAGE_IN_CURRENCY", "usage_in_currency"})
_KEY: Final = (
    *("organization_name", "contract_number", "account_name", "account_locator", "region"),
    *("service_level", "usage_date", "usage_type", "currency", "balance_source", "billing_type"),
    *("rating_type", "service_type", "is_adjustment"),
)


def recognises(event: Event) -> bool:
    """Whether it has the column that only this view has."""
    return not _MARK.isdisjoint(event.fields())


def read(event: Event) -> Charge:
    """The charge of a row.

    Raises:
        RefusedError: if it has no date, no amount or no currency, or one that cannot be read.
    """
    row = Flat(event)
    time, cost = time_of(row, "usage_date"), row.amount("usage_in_currency")
    if cost is None:
        raise RefusedError(
            "missing_cost", "USAGE_IN_CURRENCY is missing; export the column, 0 is an amount too"
        )
    service = row.text("service_type", "usage_type") or PROVIDER
    return Charge(
        charge_id=key_of(row, *_KEY),
        time=time,
        cost=cost,
        dimensions=Dimensions(
            currency=currency_of("CURRENCY", row.text("currency")),
            service=service,
            charge_kind=_kind(row),
            provider=PROVIDER,
            account=account_of(row),
            region=row.text("region"),
            sku=row.text("usage_type", "rating_type"),
            technology=technology_of_service(service),
        ),
        scope=scope_of(PROVIDER, row.text("organization_name", "contract_number"), None, time),
    )


def _kind(row: Flat) -> str:
    """Rebates and credits lower a bill, support and fees recur; all else is use."""
    if row.text("is_adjustment").lower() in {"true", "1", "t", "y", "yes"}:
        return "adjustment"
    kind = row.text("billing_type", "usage_type").lower()
    if "rebate" in kind or "credit" in kind:
        return "credit"
    return "recurring" if "support" in kind or "fee" in kind else "usage"
