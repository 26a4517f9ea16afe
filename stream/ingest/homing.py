"""Finds the homes of charges by the rules of allocation."""

from alerting.series import SeriesKey
from config.allocation import Allocation
from stream.allocation import Allocator, Owner
from stream.charge import Dimensions
from stream.ingest.home import Home, Homes, partition_of
from stream.memo import Memo


class Homing:
    """Where charges live, by one set of rules.

    Args:
        allocation: says whose they are.
        partitions: of the topic `charges`.
    """

    def __init__(self, allocation: Allocation, partitions: int) -> None:
        self._allocator = Allocator(allocation)
        self._partitions = partitions
        self._known: Memo[Home] = Memo()
        self.shares = self._allocator.shares
        self.dated = self._allocator.dated
        self.era = self._allocator.era

    def homes(self, source: str, charge: Dimensions, era: int) -> Homes:
        """The homes of a source's charges of an era (`era` tells it from their time) with these dimensions."""
        owners, weights = self._allocator.owners(charge, era)
        if len(owners) == 1:
            return Homes((self._home(source, charge, owners[0]),))
        return Homes(tuple(self._home(source, charge, owner) for owner in owners), weights)

    def _home(self, source: str, charge: Dimensions, owner: Owner) -> Home:
        team, environment, _, service, *marks = owner
        names = (
            *(source, team, service or charge.service),
            *(environment, charge.charge_kind, charge.currency),
        )
        home = self._known.get((*names, *marks))
        if home is None:
            key = SeriesKey(*names)
            home = Home(key, partition_of(key, self._partitions), (marks[0], marks[1], marks[2]))
            self._known.keep((*names, *marks), home)
        return home
