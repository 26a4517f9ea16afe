"""Which user groups of Slack a person is in: asked for when it matters, and kept for five minutes."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, NamedTuple

from alerting.sinks.errors import Permanent, Transient

logger = logging.getLogger(__name__)

_KEPT_FOR: Final = 300.0  # seconds


class Found(NamedTuple):
    """The groups that a person is in, and whether all that were asked for are known."""

    groups: tuple[str, ...]
    is_complete: bool


class Members:
    """Who is in which user group.

    Args:
        users_of: asks Slack for the ids of a group's users; raises `Transient` or `Permanent`.
        clock: seconds, of any beginning.
    """

    def __init__(
        self,
        users_of: Callable[[str], Awaitable[frozenset[str]]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._users_of = users_of
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._asking = asyncio.Lock()  # one after the other: Slack allows 20 a minute

    async def groups_of(self, user: str, groups: Iterable[str]) -> Found:
        """Those of the ``groups`` that a user is in. A group that cannot be asked for is logged."""
        within: list[str] = []
        is_complete = True
        for group in groups:
            try:
                if user in await self._users(group):
                    within.append(group)
            except (Transient, Permanent) as error:
                logger.warning("who is in the user group %s is not known: %s", group, error)
                is_complete = False
        return Found(tuple(within), is_complete)

    async def _users(self, group: str) -> frozenset[str]:
        async with self._asking:
            asked_at, users = self._known.get(group, (-_KEPT_FOR, frozenset()))
            if group not in self._known or self._clock() - asked_at >= _KEPT_FOR:
                users = await self._users_of(group)
                self._known[group] = (self._clock(), users)
            return users
