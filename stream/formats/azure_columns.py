"""The columns of Azure's cost exports that are read: those of enterprise, customer and pay-as-you-go agreements."""

import re
from functools import lru_cache
from typing import Final

from stream.formats.columns import Columns, folded

COSTS: Final = ("CostInBillingCurrency", "Cost", "PreTaxCost", "ExtendedCost")
DATES: Final = ("Date", "UsageDateTime", "UsageDate")
MARKS: Final = (  # each is a name that only Azure has
    *("MeterCategory", "MeterSubCategory", "ConsumedService", "SubscriptionGuid", "PayGPrice"),
    *("IsAzureCreditEligible", "InvoiceSectionName", "BillingProfileId", "PublisherType"),
)
PERIOD_START: Final = "BillingPeriodStartDate"
PERIOD_END: Final = "BillingPeriodEndDate"

_COLUMNS: Final = Columns(
    (
        *(*COSTS, *DATES, *MARKS, PERIOD_START, PERIOD_END),
        *("BillingCurrency", "BillingCurrencyCode", "Currency", "BillingAccountId"),
        *("SubscriptionId", "ResourceLocation", "Location", "MeterRegion"),
        *("ResourceId", "InstanceId", "InstanceName", "ResourceName", "ServiceName"),
        *("MeterName", "ProductName", "Product", "ChargeType", "Frequency", "Tags"),
    ),
    aliases={
        "BillingPeriodStart": PERIOD_START,
        "BillingPeriodEnd": PERIOD_END,
        "CurrencyCode": "Currency",
        "UsageStart": "Date",
        "PreTaxCostInBillingCurrency": "CostInBillingCurrency",
    },
)
_LONGEST: Final = 200  # characters of a name; a longer one is none that is known
_TRANSLATED: Final = re.compile(r".+[(（]\s*([A-Za-z][A-Za-z0-9 ]*?)\s*[)）]")  # noqa: RUF001  # wide ones too
_FOCUS: Final = frozenset(map(folded, ("ChargePeriodStart", "EffectiveCost", "BilledCost")))


def column_of(name: str) -> str | None:
    """The column of a name, whose translation may stand before it: ``Datum (Date)`` is ``Date``."""
    if name.endswith((")", "）")):  # noqa: RUF001  # as Japanese and Chinese tables write it
        return _translated(name) if len(name) <= _LONGEST else None
    return _COLUMNS.of(name)


@lru_cache(maxsize=1024)
def _translated(name: str) -> str | None:
    found = _TRANSLATED.fullmatch(name)
    return _COLUMNS.of(found.group(1)) if found else None


def is_of_focus(name: str) -> bool:
    """Whether a column is one that only FOCUS has."""
    return folded(name[:40]) in _FOCUS
