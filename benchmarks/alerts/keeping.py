"""A Slack that keeps what it is told: messages with all their texts, threads and files, and every request."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

Document = dict[str, Any]

_REVISION: Final = re.compile(r"\brev-([0-9]+)\b")


@dataclass
class Kept:
    """One message of a channel, or of a thread."""

    channel: str  # its name
    ts: str
    key: str  # of the notice, "" without one
    thread_ts: str
    at: float  # when it was posted
    texts: list[str]  # as it was posted, and after each edit
    metadata: Document = field(default_factory=dict)
    blocks: list[Document] = field(default_factory=list)

    @property
    def revisions(self) -> list[int]:
        """The revision that each text tells of, where it names one."""
        found = (_REVISION.search(text) for text in self.texts)
        return [int(one[1]) for one in found if one is not None]


@dataclass
class Keeping:
    """Slack's memory, and its methods on it. Safe among threads.

    Args:
        clock: gives messages their times.
        may_read: whether the app has the scopes to list channels and read their history.
        pace: seconds between two posts in a channel; sooner ones are refused with 429.
    """

    clock: Callable[[], float] = time.time
    may_read: bool = True
    pace: float = 0.0
    messages: list[Kept] = field(default_factory=list)
    files: Counter[str] = field(default_factory=Counter)  # by the ts of the thread
    refused: int = 0  # posts that came too soon

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: dict[str, str] = {}  # ids by name
        self._newest: dict[str, float] = {}  # time of the newest post, by name
        self._number = 0

    def told(self) -> Iterator[Kept]:
        """Messages of channels, not of threads, in the order in which they were posted."""
        return (one for one in self.messages if not one.thread_ts)

    def thread(self, message: Kept) -> list[Kept]:
        """The replies to a message."""
        return [one for one in self.messages if one.thread_ts == message.ts]

    def answer(self, method: str, said: Document) -> Document:
        """Do what a method asks for, and answer as Slack does."""
        with self._lock:
            match method:
                case "chat.postMessage":
                    return self._post(said)
                case "chat.update":
                    return self._update(said)
                case "conversations.list":
                    return self._list()
                case "conversations.history":
                    return self._history(said)
                case "files.completeUploadExternal":
                    self.files[str(said.get("thread_ts", ""))] += 1
                    return {"ok": True, "files": [{"id": "F1"}]}
                case _:
                    return {"ok": True}

    def _post(self, said: Document) -> Document:
        name, now = self._name(said), self.clock()
        if now - self._newest.get(name, float("-inf")) < self.pace:
            self.refused += 1
            return {"ok": False, "error": "ratelimited"}
        self._newest[name] = now
        self._number += 1
        payload = said.get("metadata", {}).get("event_payload", {})
        one = Kept(
            channel=name,
            ts=f"{int(now)}.{self._number:06}",
            key=str(payload.get("key", "")),
            thread_ts=str(said.get("thread_ts", "")),
            at=now,
            texts=[str(said.get("text", ""))],
            metadata=said.get("metadata", {}),
            blocks=said.get("blocks", []),
        )
        self.messages.append(one)
        return {"ok": True, "channel": self._id(name), "ts": one.ts}

    def _update(self, said: Document) -> Document:
        one = next((each for each in self.messages if each.ts == said.get("ts")), None)
        if one is None:
            return {"ok": False, "error": "message_not_found"}
        one.texts.append(str(said.get("text", "")))
        one.blocks = said.get("blocks", [])
        return {"ok": True, "channel": self._id(one.channel), "ts": one.ts}

    def _list(self) -> Document:
        if not self.may_read:
            return {"ok": False, "error": "missing_scope"}
        channels = [{"id": each, "name": name} for name, each in self._channels.items()]
        return {"ok": True, "channels": channels}

    def _history(self, said: Document) -> Document:
        if not self.may_read:
            return {"ok": False, "error": "missing_scope"}
        name, oldest = self._name(said), float(said.get("oldest", 0))
        found = [
            {"ts": one.ts, "metadata": one.metadata, "blocks": one.blocks}
            for one in self.told()
            if one.channel == name and float(one.ts) >= oldest
        ]
        return {"ok": True, "messages": found[::-1][: int(said.get("limit", 100))]}

    def _name(self, said: Document) -> str:
        channel = str(said.get("channel", "")).removeprefix("#")
        names = {each: name for name, each in self._channels.items()}
        name = names.get(channel, channel)
        self._id(name)
        return name

    def _id(self, name: str) -> str:
        return self._channels.setdefault(name, f"C{len(self._channels):08}")
