"""Charges of a quantity that no price is known for: they are refused with what to write into the rules.

They count as nothing, so that they must not pass for free.
"""

from collections.abc import Callable, Sequence

import msgspec

from stream.charge import Charge
from stream.formats.refused import Refused, quoted
from stream.tariff import Priced


def unpriced_units(charges: Sequence[Charge], message: bytes | None) -> Refused:
    """The refusal of a message's charges without a price, which names the first of them."""
    first = charges[0]
    names = first.dimensions
    sku = quoted(names.sku or names.service)
    others = f" (and {len(charges) - 1} more of the message)" if len(charges) > 1 else ""
    detail = (
        f"{sku} of {quoted(names.provider)} is measured in {quoted(first.unit)} and has no price{others}; "
        "add it to pricing.units of the rules, or join the price to the rows, then send them again"
    )
    return Refused("unpriced", detail, message or b"")


def with_costs(
    charges: Sequence[Charge], priced: Callable[[Charge], Priced | None]
) -> tuple[list[Charge], list[Charge]]:
    """The charges with the costs of their quantities, and those of which no price is known."""
    costed, unpriced = [], []
    for charge in charges:
        price = priced(charge)
        if price is None and charge.quantity is not None:
            unpriced.append(charge)
        elif price is None:
            costed.append(charge)
        else:
            costed.append(msgspec.structs.replace(charge, cost=price.cost))
    return costed, unpriced
