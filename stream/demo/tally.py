"""What the demo sends, added up independently of the worker: the amount that must come out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from config.pricing import Pricing
from stream.formats import decode
from stream.money import ZERO, add
from stream.pricing import Pricer


class Tally:
    """Counts events and sums their money by currency, straight from what is published."""

    def __init__(self, pricing: Pricing) -> None:
        self._pricer = Pricer(pricing)
        self.events = 0
        self.charges = 0
        self.refused = 0
        self.amounts: dict[str, Decimal] = {}
        self.last_time = 0

    def add(self, source: str, value: bytes, headers: tuple[tuple[str, bytes], ...]) -> None:
        """Take one event."""
        self.events += 1
        decoded = decode(source, value, headers)
        self.refused += len(decoded.refused)
        for charge in decoded.charges:
            self.charges += 1
            self.last_time = max(self.last_time, charge.time)
            cost = charge.cost if charge.cost is not None else self._pricer.price(charge)
            currency = charge.dimensions.currency
            known = self.amounts.get(currency, ZERO)
            self.amounts[currency] = add(known, cost or ZERO)

    def last_full_day(self) -> date:
        """The newest UTC day that is over."""
        end = datetime.fromtimestamp(self.last_time, UTC) + timedelta(
            hours=1
        )  # the length of a bill's bucket
        return end.date() - timedelta(days=1)
