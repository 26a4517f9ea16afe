"""Kills a worker at an exact moment of its request to what stands for Slack."""

import signal
import threading
import time
from collections import Counter
from random import Random
from typing import Final

from benchmarks.alerts.web import Request
from benchmarks.chaos.workers import Workers

_ANSWERS_IN: Final = (0.02, 0.2)  # seconds
_POINTS: Final = ("heard", "kept", "answered")
_KINDS: Final = ("post", "post", "edit", "reply")  # a kill of two is aimed at a post
_METHODS: Final = {"post": "chat.postMessage", "edit": "chat.update", "reply": "chat.postMessage"}


class Killer:
    """Kills the worker whose request comes next, once it is told to."""

    def __init__(self, workers: Workers, random: Random) -> None:
        self._workers = workers
        self._random = random
        self._lock = threading.Lock()
        self._aim: tuple[str, str] | None = None  # kind of request, and moment
        self.done: Counter[str] = Counter()
        self.times: list[float] = []
        self.dead: str | None = None  # the worker that was killed last, until it is buried

    def aim(self) -> None:
        """Kill with the next request of a kind that is drawn, at a moment that is drawn."""
        with self._lock:
            self._aim = (self._random.choice(_KINDS), self._random.choice(_POINTS))

    @property
    def is_aimed(self) -> bool:
        """Whether it waits for a request."""
        return self._aim is not None

    def heard(self, request: Request) -> None:
        """A request has come; who is killed now may have been heard all the same."""
        time.sleep(self._pause())
        if self._shoots(request, "heard") and self._random.random() < 0.5:
            raise ConnectionError("it did not come to Slack")

    def kept(self, request: Request) -> None:
        """A request is kept."""
        self._shoots(request, "kept")
        time.sleep(self._pause())

    def answered(self, request: Request) -> None:
        """A request is answered; its note takes some 10 ms."""
        if self._takes(request, "answered"):
            time.sleep(self._random.uniform(0.0, 0.02))
            self._shoots(request, "answered")

    def _pause(self) -> float:
        return self._random.uniform(*_ANSWERS_IN) / 2

    def _takes(self, request: Request, point: str) -> bool:
        if self._aim is None:
            return False
        kind, moment = self._aim
        return (
            moment == point
            and request.method == _METHODS[kind]
            and request.in_thread == (kind == "reply")
        )

    def _shoots(self, request: Request, point: str) -> bool:
        with self._lock:
            name = request.token.removeprefix("xoxb-")
            if not self._takes(request, point) or name not in self._workers.names():
                return False
            self._workers.signal(name, signal.SIGKILL)
            assert self._aim is not None
            self.done[f"{self._aim[0]} {point}"] += 1
            self.times.append(time.time())
            self._aim, self.dead = None, name
            return True
