"""What may be committed of a partition: the end of the gapless row of acknowledged chunks."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Link:
    last: int | None  # offset of the chunk's last record, None for a chunk without records
    next: int  # position behind the chunk: what is committed
    since: float  # monotonic seconds of delivery


@dataclass(slots=True)
class Chain:
    """Chunks delivered and not committed yet, in order, of one partition in one generation."""

    generation: int
    links: deque[_Link] = field(default_factory=deque)

    def delivered(self, last: int, following: int, now: float) -> None:
        """A chunk with records went to an agent."""
        self.links.append(_Link(last, following, now))

    def passed(self, following: int, now: float) -> None:
        """A chunk without records (markers, aborted ones): committed with what stands before it."""
        if self.links:
            self.links[-1].next = following
        else:
            self.links.append(_Link(None, following, now))

    def committable(self, acknowledged: set[int], committed: int) -> int | None:
        """Take away the leading acknowledged chunks; the position behind them, or None if there are none.

        ``committed`` is the offset known to be committed: Faust forgets acknowledgements below it.
        """
        end = None
        while self.links and self._is_done(self.links[0], acknowledged, committed):
            end = self.links.popleft().next
        return end

    @staticmethod
    def _is_done(link: _Link, acknowledged: set[int], committed: int) -> bool:
        return link.last is None or link.last in acknowledged or link.last < committed

    def waiting_since(self) -> float | None:
        """When the oldest chunk that has records was delivered; None if all are acknowledged."""
        if self.links and self.links[0].last is not None:
            return self.links[0].since
        return None

    def first_waiting(self) -> int | None:
        """Offset from which acknowledgements still matter; None if no chunk waits."""
        return self.links[0].last if self.links else None
