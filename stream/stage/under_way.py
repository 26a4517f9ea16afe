"""Deliveries under way: who gives a partition up first lets them end, so that each is noted."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class UnderWay:
    """Counts what must not be cut between a sink's answer and its note in the state."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A delivery, from the claim of its partition to its note."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def settle(self, patience: float) -> bool:
        """Wait until none is under way; False if that takes longer than ``patience`` seconds."""
        try:
            await asyncio.wait_for(self._none.wait(), patience)
        except TimeoutError:
            return False
        return True
