"""Charges that several owners share, as the charges that each of them bears."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from stream.allocation.sharing import money_parts, usage_parts
from stream.charge import Charge
from stream.ingest.home import Homes
from stream.ingest.identity import seed_of
from stream.tariff import Priced


def parts_of(
    charge: Charge, priced: Priced | None, homes: Homes
) -> Iterator[tuple[Charge, Priced | None]]:
    """A part for each home, in their order: together they are the charge.

    Each has an id of its own, which is always the same, so that a charge that comes again counts once. A part is not
    said to be made up of rates: its counts are whole, its money is not.
    """
    weights = homes.weights
    costs: list[Decimal | None] = [None] * len(weights)
    if priced is not None:
        costs = [*money_parts(priced.cost, weights)]
    used = (
        [None] * len(weights)
        if charge.usage is None
        else usage_parts(charge.usage, weights, seed_of(charge))
    )
    for home, cost, usage in zip(homes.homes, costs, used, strict=True):
        part = replace(
            charge, charge_id=f"{charge.charge_id}\0{home.key.team}", cost=cost, usage=usage
        )
        yield part, None if cost is None else Priced(cost)
