"""What a line item of a Cost and Usage Report counts in the amortised bill, by its type.

What is paid for in advance is spread over the usage that it covers, and what is left unused counts as such, so
that the line items of a month add up to its amortised bill:

===========================  =====================================================================
line item type               cost
===========================  =====================================================================
``SavingsPlanCoveredUsage``  ``SavingsPlanEffectiveCost``
``SavingsPlanRecurringFee``  ``TotalCommitmentToDate`` less ``UsedCommitment``: what is unused
``SavingsPlanNegation``      0: it takes back the price on demand of what is covered
``SavingsPlanUpfrontFee``    0: it is in the effective costs
``DiscountedUsage``          ``reservation/EffectiveCost``
``RIFee``                    ``UnusedAmortizedUpfrontFeeForBillingPeriod`` and ``UnusedRecurringFee``
``Fee`` of a reservation     0: it is in the effective costs
all others                   ``UnblendedCost``
===========================  =====================================================================

These are the rules of AWS's own queries. Discounts count as line items of their own: net columns say the same again.
A report of before 2018 has no column of what reservations cost in effect: there the unblended costs of
``DiscountedUsage`` and ``RIFee`` count, which are the bill as it was paid.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from stream.formats.aws_cur_columns import TYPE, UNBLENDED
from stream.formats.cells import Cells
from stream.formats.money import total_of

_NOTHING: Final = Decimal(0)


def cost_of(row: Cells) -> Decimal:
    """The amortised cost of a line item.

    Raises:
        RefusedError: ``missing_cost`` if the column that its type asks for is empty, ``bad_cost``.
    """
    of_type = _BY_TYPE.get(row.text(TYPE))
    return row.cost(UNBLENDED) if of_type is None else of_type(row)


def _nothing(_: Cells) -> Decimal:
    return _NOTHING


def _covered_by_plan(row: Cells) -> Decimal:
    return row.cost("savingsPlan/SavingsPlanEffectiveCost")


def _unused_plan(row: Cells) -> Decimal:
    used = row.amount("savingsPlan/UsedCommitment")
    return total_of(row.cost("savingsPlan/TotalCommitmentToDate"), -(used or _NOTHING))


def _covered_by_reservation(row: Cells) -> Decimal:
    return row.cost("reservation/EffectiveCost", UNBLENDED)


def _unused_reservation(row: Cells) -> Decimal:
    upfront = row.amount("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod")
    recurring = row.amount("reservation/UnusedRecurringFee")
    if upfront is None and recurring is None:
        return row.cost(UNBLENDED)
    return total_of(upfront or _NOTHING, recurring or _NOTHING)


def _fee(row: Cells) -> Decimal:
    return _NOTHING if row.text("reservation/ReservationARN") else row.cost(UNBLENDED)


_BY_TYPE: Final[Mapping[str, Callable[[Cells], Decimal]]] = {
    "SavingsPlanCoveredUsage": _covered_by_plan,
    "SavingsPlanRecurringFee": _unused_plan,
    "SavingsPlanNegation": _nothing,
    "SavingsPlanUpfrontFee": _nothing,
    "DiscountedUsage": _covered_by_reservation,
    "RIFee": _unused_reservation,
    "Fee": _fee,
}
