"""Counts what allocation rules make of charges: whose they are, by which rule, and what no rule claims."""

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from config.allocation import Allocation
from stream.allocate.sums import Sums
from stream.allocate.verdict import Conflict, Verdict, verdict_of
from stream.allocation import Allocator, Owner
from stream.allocation.sharing import money_parts
from stream.charge import Charge, Dimensions
from stream.money import ZERO

ALL = ""
"""The key of the sum of everything."""


class Resource(NamedTuple):
    """A resource that nobody claims, with what it belongs to."""

    account: str
    service: str
    resource: str


class Tally:
    """What rules make of charges. Every charge is in one rule's sum or in that of nobody's; so all of them add up.

    Args:
        allocation: the rules.
    """

    def __init__(self, allocation: Allocation) -> None:
        self.rules = allocation.rules
        self._allocator = Allocator(allocation)
        self._verdicts: dict[tuple[int, int], tuple[Verdict, Dimensions]] = {}
        self.matched: Counter[str] = Counter()  # charges by rule
        self.used: Counter[str] = Counter()  # charges to which a rule gave anything
        self.unpriced = 0  # metered usage without a known price: it counts as nothing
        self.total: Sums[str] = Sums()  # by `ALL`
        self.claimed: Sums[str] = Sums()  # by the rule that gives the team; "" is nobody's
        self.teams: Sums[str] = Sums()
        self.shared: Sums[str] = Sums()  # what of a team's sum it shares with others
        self.cost_centers: Sums[str] = Sums()
        self.products: Sums[str] = Sums()
        self.accounts: Sums[str] = Sums()  # of what nobody claims
        self.resources: Sums[Resource] = Sums()  # of what nobody claims
        self.conflicts: Sums[Conflict] = Sums()

    def take(self, charge: Charge, cost: Decimal | None) -> None:
        """Count a charge; None is a cost that is not known."""
        self.unpriced += cost is None
        amount = ZERO if cost is None else cost
        dimensions, currency = charge.dimensions, charge.dimensions.currency
        verdict = self._verdict(dimensions, self._allocator.era(charge.time))
        self.matched.update(verdict.matched)
        self.used.update(verdict.used)
        self.total.add(ALL, currency, amount)
        self.claimed.add(verdict.rule, currency, amount)
        for conflict in verdict.conflicts:
            self.conflicts.add(conflict, currency, amount)
        self._share(verdict, currency, amount)
        if not verdict.rule:
            self.accounts.add(dimensions.account, currency, amount)
            place = Resource(dimensions.account, dimensions.service, dimensions.resource)
            self.resources.add(place, currency, amount)

    def never(self) -> list[str]:
        """Rules that claim no charge at all."""
        return [rule.name for rule in self.rules if not self.matched[rule.name]]

    def too_late(self) -> list[str]:
        """Rules that would claim charges, of which others had said all before them."""
        names = (rule.name for rule in self.rules)
        return [name for name in names if self.matched[name] and not self.used[name]]

    def _share(self, verdict: Verdict, currency: str, amount: Decimal) -> None:
        owners, weights = verdict.owners
        parts = [amount] if len(owners) == 1 else money_parts(amount, weights)
        for owner, part in zip(owners, parts, strict=True):
            self._bear(owner, currency, part)

    def _bear(self, owner: Owner, currency: str, part: Decimal) -> None:
        self.teams.add(owner.team, currency, part)
        if owner.shared_from:
            self.shared.add(owner.team, currency, part)
        self.cost_centers.add(owner.cost_center, currency, part)
        self.products.add(owner.product, currency, part)

    def _verdict(self, dimensions: Dimensions, era: int) -> Verdict:
        """By the ``id`` of the dimensions, which are held so that no others get it."""
        known = self._verdicts.get((id(dimensions), era))
        if known is None:
            known = (verdict_of(self._allocator, dimensions, era), dimensions)
            self._verdicts[id(dimensions), era] = known
        return known[0]
