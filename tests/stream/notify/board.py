"""Alerts in one process, without Kafka: the core and its deliverer on a partition in memory, and a clock that a test sets."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from alerting import inbox
from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, ActKind, Actor
from alerting.cases.record import CaseRecord
from alerting.notices.notice import Notice
from alerting.render.message import Message
from alerting.sinks.base import Receipt, Sink
from config.rules import Rules
from stream.kafka.topics import Topics
from stream.notify.core import NotifyCore
from stream.notify.deliver import Deliverer
from stream.stage.core import Changes, Output
from stream.stage.under_way import UnderWay
from tests.alerting_examples import NOON
from tests.stream.detect.batches import rules as plain_rules

DEFAULT = "#cloud-spend"
START = int(NOON.timestamp()) + 4 * 3600
ANN = Actor("U0ANN", "Ann", "slack")


def routed(**routing: Any) -> Rules:
    """Rules with this section `routing`, and `owners` and `links` if they are given."""
    plain = plain_rules()
    changes: dict[str, Any] = {
        name: routing.pop(name) for name in ("owners", "links") if name in routing
    }
    document = {
        **plain.model_dump(mode="json", by_alias=True),
        "routing": {"default_channel": DEFAULT, **routing},
        **changes,
    }
    return type(plain).model_validate(document)


class Died(BaseException):
    """The process ends here."""


@dataclass
class Partition:
    """What a deliverer asks of its stage. What is written is kept; a new core is made of it."""

    rules: Rules
    states: dict[bytes, bytes] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    writes: int = 0
    dies_at: int | None = None  # the number of the write before which the process ends
    partitions: int = 1
    passed_over: list[str] = field(default_factory=list)  # what a log would say

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """A core as the next owner has it."""
        self.inside = NotifyCore(self.rules, Topics(), lambda: self.partitions)
        self.inside.load(dict(sorted(self.states.items())))
        assert self.inside.unreadable == []

    def owned(self) -> list[int]:
        return [0]

    def holds(self, partition: int) -> bool:
        return partition == 0

    def core(self, partition: int) -> NotifyCore:
        assert partition == 0
        return self.inside

    async def change(self, partition: int, decide: Callable[[NotifyCore], Changes]) -> bool:
        while self._write(decide(self.core(partition))):
            pass
        return True

    def _write(self, changes: Changes) -> bool:
        """Whether there is more."""
        self.passed_over += self.inside.unreadable
        self.inside.unreadable.clear()
        if changes.states or changes.outputs:
            self.writes += 1
            if self.writes == self.dies_at:
                raise Died
        for key, value in changes.states.items():
            if value is None:
                self.states.pop(key, None)
            else:
                self.states[key] = value
        self.outputs += changes.outputs
        return changes.more

    async def prove(self, partition: int, claim: Callable[[NotifyCore], Changes]) -> bool:
        return await self.change(partition, claim)


@dataclass
class Record:
    offset: int
    value: bytes
    timestamp: int


@dataclass
class Told:
    """One message in a `Channels`."""

    key: str
    address: str
    ts: str
    versions: list[str] = field(default_factory=list)  # its text, as it was posted and edited
    thread: list[str] = field(default_factory=list)
    charts: int = 0
    mentions: tuple[str, ...] = ()
    notice: Notice | None = None


@dataclass
class Channels:
    """A sink with threads, in memory. ``fails`` is asked before each request, and may raise."""

    name: str = "slack"
    edits: bool = True
    told: list[Told] = field(default_factory=list)
    fails: Callable[[str, str], None] = lambda _method, _address: None
    after: Callable[[str, str], None] = lambda _method, _address: None
    can_find: bool = True

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        method = "post" if before is None else "edit"
        self.fails(method, address)
        if before is None:
            one = Told(notice.key, address, str(len(self.told)), mentions=notice.mentions)
            self.told.append(one)
        else:
            one = self.told[int(before.ts)]
        one.versions.append(notice.message.text)
        one.notice = notice
        self.after(method, address)
        return Receipt(one.address, one.ts)

    async def reply(
        self, message: Message, to: Receipt, *, broadcast: bool, mentions: tuple[str, ...] = ()
    ) -> Receipt:
        del broadcast
        self.fails("reply", to.channel)
        calls = f" {' '.join(mentions)}" if mentions else ""
        self.told[int(to.ts)].thread.append(message.text + calls)
        return Receipt(to.channel, f"{to.ts}.1")

    async def attach(self, png: bytes, title: str, alt_text: str, to: Receipt) -> None:
        self.fails("attach", to.channel)
        assert png[:4] == b"\x89PNG"
        assert title
        assert alt_text
        self.told[int(to.ts)].charts += 1

    async def find(self, key: str, address: str, since: float) -> Receipt | None:
        self.fails("find", address)
        assert since
        found = [one for one in self.told if one.key == key and one.address == address]
        return Receipt(address, found[-1].ts) if found and self.can_find else None

    async def check(self) -> None:
        """There, unless it fails."""
        self.fails("check", "")

    async def close(self) -> None:
        """Nothing to give back."""

    def texts(self, address: str) -> list[str]:
        """What the messages of a channel say now."""
        return [one.versions[-1] for one in self.told if one.address == address]


class Board:
    """Alerts under test: words in, messages out, time by hand."""

    def __init__(
        self,
        rules: Rules | None = None,
        *sinks: Any,
        now: float = START,
        draw: Callable[[Anomaly], bytes | None] = lambda _: b"\x89PNG",
    ) -> None:
        self.draw = draw
        self.now = now
        self.slack = next((one for one in sinks if isinstance(one, Channels)), Channels())
        self.sinks: list[Sink] = list(sinks) or [self.slack]
        self.partition = Partition(rules or routed())
        self._heard = 0
        self._newest: Record | None = None
        self._acts = 0
        self._revisions: dict[str, int] = {}
        self.deliverer = self._deliverer()

    def _deliverer(self) -> Deliverer:
        return Deliverer(
            cast("Any", self.partition),
            self.sinks,
            self.partition.rules,
            UnderWay(),
            lambda: self.now,
            self.draw,
        )

    def hear(self, *heard: inbox.Heard | Anomaly) -> None:
        """Take in what comes on `alerts`; an anomaly gets its next revision."""
        for one in heard:
            if isinstance(one, Anomaly):
                revision = self._revisions.get(one.anomaly_id, 0) + 1
                self._revisions[one.anomaly_id] = revision
                one = inbox.AnomalyHeard(msgspec.structs.replace(one, revision=revision))  # noqa: PLW2901 - the same, wrapped
            self._newest = Record(self._heard, inbox.encode(one), int(self.now * 1000))
            self._heard += 1
            self.again()

    def again(self) -> None:
        """Take in the newest word; again, if it was taken."""
        newest = self._newest
        if newest is not None:
            asyncio.run(self.partition.change(0, lambda core: core.apply([newest])))

    def act(
        self,
        anomaly_id: str,
        kind: ActKind,
        until: int | None = None,
        note: str = "",
        by: Actor = ANN,
    ) -> None:
        """Somebody does something."""
        self._acts += 1
        self.hear(
            inbox.ActHeard(
                Act(
                    act_id=str(self._acts),
                    anomaly_id=anomaly_id,
                    kind=kind,
                    by=by,
                    at=int(self.now),
                    until=until,
                    note=note,
                )
            )
        )

    def run(self, seconds: float = 3.0, step: float = 0.5) -> None:
        """Let time pass."""

        async def story() -> None:
            for _ in range(max(round(seconds / step), 1)):
                self.now += step
                await self.deliverer.round()
                await self.deliverer.settle()

        asyncio.run(story())

    def restart(self) -> None:
        """The process dies, and another one goes on with what was written."""
        self.partition.open()
        self.deliverer = self._deliverer()

    def case(self, anomaly_id: str) -> CaseRecord:
        """The newest public record of a case."""
        records = [
            msgspec.json.decode(output.value or b"", type=CaseRecord)
            for output in self.partition.outputs
            if output.topic == Topics().cases and output.key == anomaly_id.encode()
        ]
        return records[-1]

    def message(self, key: str) -> Told:
        """The one message of a key."""
        (found,) = [one for one in self.slack.told if one.key == key]
        return found
