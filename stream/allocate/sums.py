"""Exact sums of charges by currency, which are never mixed."""

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from stream.money import ZERO, add

Key = TypeVar("Key", bound=Hashable)


class Sum(NamedTuple):
    """How many charges, and what they cost together."""

    charges: int
    amount: Decimal


NOTHING = Sum(0, ZERO)


class Sums(Generic[Key]):
    """Sums by a key and the currency."""

    def __init__(self) -> None:
        self._sums: dict[tuple[Key, str], Sum] = {}

    def add(self, key: Key, currency: str, amount: Decimal) -> None:
        """Count a charge."""
        charges, before = self._sums.get((key, currency), NOTHING)
        self._sums[key, currency] = Sum(charges + 1, add(before, amount))

    def of(self, key: Key) -> dict[str, Sum]:
        """The sums of a key by currency, in the order of the alphabet."""
        return {currency: one for (each, currency), one in sorted(self._of(key))}

    def largest(self) -> list[tuple[Key, str, Sum]]:
        """All of them by currency, the largest first; a credit is as large as the cost that it takes away."""
        ranked = sorted(self._sums.items(), key=lambda each: (-abs(each[1].amount), str(each[0])))
        return sorted(
            ((key, currency, one) for (key, currency), one in ranked), key=lambda each: each[1]
        )

    def charges(self, key: Key) -> int:
        """The charges of a key in all currencies."""
        return sum(one.charges for one in self.of(key).values())

    def _of(self, key: Key) -> Iterable[tuple[tuple[Key, str], Sum]]:
        return ((each, one) for each, one in self._sums.items() if each[0] == key)
