"""Snowflake's views METERING_HISTORY, WAREHOUSE_METERING_HISTORY and METERING_DAILY_HISTORY: credits, without money.

A credit costs what the contract says, so the rules say it too (`pricing.units`), or a column joined to the rows.
"""

from decimal import Decimal

from stream.charge import Charge, Dimensions
from stream.formats.event import Event
from stream.formats.flat import Flat, product
from stream.formats.focus_scope import scope_of
from stream.formats.refused import RefusedError
from stream.formats.snowflake import PROVIDER, account_of, key_of, technology_of_service, time_of
from stream.formats.text import currency_of

NAME = "snowflake METERING_HISTORY"
SOURCE = "billing"
MARKS = ("CREDITS_USED_CLOUD_SERVICES", "CREDITS_USED", "START_TIME", "SERVICE_TYPE")

_MARK = frozenset({"CREDITS_USED_CLOUD_SERVICES", "credits_used_cloud_services"})
_WAREHOUSE = "WAREHOUSE_METERING"
_KEY = (
    *("organization_name", "account_name", "account_locator", "service_type", "start_time"),
    *("end_time", "usage_date", "entity_id", "name", "warehouse_id", "warehouse_name"),
    *("database_id", "schema_id", "region"),
)


def recognises(event: Event) -> bool:
    """Whether it has the column that only these views have."""
    return not _MARK.isdisjoint(event.fields())


def read(event: Event) -> Charge:
    """The charge of a row: its credits, and their cost where ``EFFECTIVE_RATE`` tells it.

    Raises:
        RefusedError: if it has no time or no credits, or one that cannot be read.
    """
    row = Flat(event)
    time, credits_used = time_of(row, "start_time", "usage_date"), _credits(row)
    rate = row.amount("effective_rate")
    cost = None if rate is None else product("EFFECTIVE_RATE", credits_used, rate)
    service = row.text("service_type") or _WAREHOUSE
    return Charge(
        charge_id=key_of(row, *_KEY),
        time=time,
        cost=cost,
        dimensions=Dimensions(
            currency=currency_of("CURRENCY", row.text("currency") if rate is not None else "USD"),
            service=service,
            charge_kind="usage",
            provider=PROVIDER,
            account=account_of(row),
            region=row.text("region"),
            sku=service,
            resource=row.text("name", "warehouse_name", "entity_id", "warehouse_id"),
            technology=technology_of_service(service),
        ),
        scope=scope_of(PROVIDER, row.text("organization_name") or account_of(row), None, time),
        quantity=credits_used,
        unit="credits",
    )


def _credits(row: Flat) -> Decimal:
    """What is billed where the view says it, else what was used."""
    credits_used = row.amount("credits_billed", "credits_used")
    if credits_used is None:
        compute = row.amount("credits_used_compute")
        services = row.amount("credits_used_cloud_services")
        if compute is None or services is None:
            raise RefusedError(
                "missing_cost", "CREDITS_USED is missing; export the column, 0 is a quantity too"
            )
        credits_used = compute + services
    return credits_used
