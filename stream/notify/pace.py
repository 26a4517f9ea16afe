"""How fast places are told: one message a second in a channel, longer waits after failures."""

import random
from collections.abc import Callable
from typing import Final

_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 60.0
_MANY: Final = 1000  # names, from which those that rest no longer are forgotten


class Pace:
    """Who may be told now. Times are of the given clock, in seconds.

    Args:
        clock: the time.
        chance: a number from 0 to 1, for jitter.
    """

    def __init__(
        self, clock: Callable[[], float], chance: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._rests: dict[str, tuple[float, float]] = {}  # from when until when
        self._wait: dict[str, float] = {}
        self._prune_at = _MANY

    def is_free(self, name: str) -> bool:
        """Whether a sink or place may be told now."""
        begun, until = self._rests.get(name, (0.0, 0.0))
        return not begun <= self._clock() < until  # a clock that was set back waits for nothing

    def told(self, name: str, every: float = 0.0) -> None:
        """It was told: the next one not before ``every`` seconds; its failures are forgotten."""
        self._wait.pop(name, None)
        self._rests.pop(name, None)
        if every:
            self.rest(name, every)

    def is_failing(self, name: str) -> bool:
        """Whether it failed when it was told last, by itself: without saying how long to wait."""
        return name in self._wait

    def failed(self, name: str, asked: float | None = None) -> float:
        """It was not told: how long it is left alone, as it asked, or twice as long each time, with jitter.

        Failures of what was told side by side are one.
        """
        if asked is None and not self.is_free(name):
            return self._rests[name][1] - self._clock()
        if asked is None:
            wait = self._wait.get(name, _FIRST_WAIT)
            self._wait[name] = min(wait * 2, _LONGEST_WAIT)
            asked = wait * (0.5 + 0.5 * self._chance())
        self.rest(name, asked)
        return asked

    def rest(self, name: str, seconds: float) -> None:
        """It is left alone for a while."""
        now = self._clock()
        if len(self._rests) >= self._prune_at:  # messages that are gone are not asked for again
            self._rests = {one: rest for one, rest in self._rests.items() if now < rest[1]}
            self._wait = {one: wait for one, wait in self._wait.items() if one in self._rests}
            self._prune_at = max(_MANY, 2 * len(self._rests))
        self._rests[name] = (now, now + seconds)
