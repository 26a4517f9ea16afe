"""When faults are made and undone while the load runs."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.chaos.brokers import Brokers
from benchmarks.chaos.workers import Workers


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Args:
        name: as it stands in the table.
        every: seconds from one to the next, on average: longer than it takes to get over it.
        make: does it; whether it could be done now.
    """

    name: str
    every: float
    make: Callable[["Faults"], bool]


@dataclass
class Faults:
    """Makes a number of faults spread over a time, and undoes each when its own time has come.

    Args:
        kinds: made in turn.
        count: how many are made in all.
        seconds: over which they are spread, at a random place in equal parts of it.
        workers: whom they are done to.
        brokers: the same.
        topic: whose leader is a victim of its own.
        random: seeded: the same kinds, victims and pauses again.
        cut_seconds: how long Kafka is cut off.
    """

    kinds: Sequence[Kind]
    count: int
    seconds: float
    workers: Workers
    brokers: Brokers
    topic: str
    random: Random
    cut_seconds: float = 30.0
    made: Counter[str] = field(default_factory=Counter)
    _held: dict[str, tuple[float, Callable[[], None]]] = field(default_factory=dict)
    _began: float | None = None
    _due: float = 0.0
    _now: float = 0.0

    def step(self, now: float) -> None:
        """Undo what is over, and make a fault if it is time for one; ``now`` in seconds of a steady clock."""
        self._now = now
        if self._began is None:
            self._began = now
            self._plan_next()
        for name in [name for name, (until, _) in self._held.items() if until <= now]:
            self._held.pop(name)[1]()
        if self.kinds and self.made.total() < self.count and now - self._began >= self._due:
            kind = self.kinds[self.made.total() % len(self.kinds)]
            if kind.make(self):
                self.made[kind.name] += 1
                self._plan_next()

    def _plan_next(self) -> None:
        part = self.seconds / max(self.count, 1)
        self._due = (self.made.total() + self.random.uniform(0.1, 0.7)) * part

    def undo_all(self) -> None:
        """Undo now what is still to be undone."""
        while self._held:  # undoing one may hold something else
            name = next(iter(self._held))
            self._held.pop(name)[1]()

    def victim(self, among: Sequence[str] | None = None) -> str | None:
        """A running worker that no other fault holds; None if there is none."""
        running = self.workers.names() if among is None else among
        names = [name for name in running if name not in self._held]
        return self.random.choice(names) if names else None

    def hold(self, name: str, seconds: float, undo: Callable[[], None]) -> None:
        """Keep other faults away from a worker or ``"brokers"``, and undo this one after so many seconds."""
        self._held[name] = (self._now + seconds, undo)

    def is_held(self, name: str) -> bool:
        """Whether a fault is being done to it."""
        return name in self._held
