"""The columns of a Cost and Usage Report that are read, and the tags in it."""

from collections.abc import Iterator
from typing import Final

from stream.formats.cells import Cells
from stream.formats.columns import Columns
from stream.formats.pairs import bounded, pairs_within

TYPE: Final = "lineItem/LineItemType"
UNBLENDED: Final = "lineItem/UnblendedCost"
USAGE_START: Final = "lineItem/UsageStartDate"
PAYER: Final = "bill/PayerAccountId"

_MAPS: Final = ("product", "resource_tags", "cost_category", "tags")  # of CUR 2.0, each a column
_TAG: Final = "tag:"
_CATEGORY: Final = "category:"
_ENDS_OF_NAMES: Final = ("user_", "aws_")  # where Athena has an underscore for the colon

COLUMNS: Final = Columns(
    (
        *("identity/LineItemId", "identity/TimeInterval"),
        *(PAYER, "bill/BillingPeriodStartDate"),
        *(TYPE, UNBLENDED, USAGE_START, "lineItem/UsageAccountId", "lineItem/CurrencyCode"),
        *("lineItem/ProductCode", "lineItem/UsageType", "lineItem/Operation"),
        *("lineItem/ResourceId", "lineItem/AvailabilityZone"),
        *("product/ProductName", "product/servicename", "product/servicecode"),
        *("product/region", "product/regionCode", "product/model"),
        *("reservation/EffectiveCost", "reservation/ReservationARN"),
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
        "reservation/UnusedRecurringFee",
        *("savingsPlan/SavingsPlanEffectiveCost", "savingsPlan/TotalCommitmentToDate"),
        *("savingsPlan/UsedCommitment", "splitLineItem/ParentResourceId"),
        *_MAPS,
    ),
    prefixes={
        "resourceTags/": _TAG,
        "resource_tags_": _TAG,
        "costCategory/": _CATEGORY,
        "cost_category_": _CATEGORY,
    },
)


def tags_of(row: Cells) -> dict[str, str]:
    """Tags, and cost categories as ``costCategory/NAME``; Athena's ``user_team`` is ``user:team``."""
    return bounded(_tags(row))


def _tags(row: Cells) -> Iterator[tuple[str, str]]:
    for key, value in row.starting_with(_TAG).items():
        yield _with_colon(key), value
    for column in ("resource_tags", "tags"):
        for key, value in pairs_within(row.text_within(column)).items():
            yield _with_colon(key), value
    for key, value in row.starting_with(_CATEGORY).items():
        yield f"costCategory/{key}", value
    for key, value in pairs_within(row.text_within("cost_category")).items():
        yield f"costCategory/{key}", value


def _with_colon(key: str) -> str:
    for start in _ENDS_OF_NAMES:
        if key.startswith(start) and len(key) > len(start):
            return f"{start[:-1]}:{key[len(start) :]}"
    return key
