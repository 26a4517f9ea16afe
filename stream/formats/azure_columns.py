"""The columns of Azure's cost exports that are read: those of enterprise, customer and pay-as-you-go agreements."""

from typing import Final

from stream.formats.columns import Columns

COSTS: Final = ("CostInBillingCurrency", "Cost", "PreTaxCost", "ExtendedCost")
DATES: Final = ("Date", "UsageDateTime", "UsageDate")
MARKS: Final = (  # each is a name that only Azure has
    *("MeterCategory", "MeterSubCategory", "ConsumedService", "SubscriptionGuid", "PayGPrice"),
    *("IsAzureCreditEligible", "InvoiceSectionName", "BillingProfileId", "PublisherType"),
)
OF_FOCUS: Final = ("ChargePeriodStart", "EffectiveCost", "BilledCost")
"""Columns that a row of Azure's own never has."""

PERIOD_START: Final = "BillingPeriodStartDate"
PERIOD_END: Final = "BillingPeriodEndDate"

COLUMNS: Final = Columns(
    (
        *(*COSTS, *DATES, *MARKS, *OF_FOCUS, PERIOD_START, PERIOD_END),
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
