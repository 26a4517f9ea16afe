"""Channels that cannot be told: another one is, or the alert waits for somebody to mend it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from alerting import inbox
from alerting.anomaly import Anomaly
from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt
from alerting.sinks.errors import Permanent
from config.rules import Rules
from stream.notify import deliver
from stream.notify.core import NotifyCore
from stream.notify.deliver import Deliverer
from stream.stage.core import Changes
from stream.stage.under_way import UnderWay
from tests.alerting_examples import anomaly
from tests.stream.detect.batches import rules

DEFAULT = "#cloud-spend"


@dataclass
class ChannelSink:
    """A sink with some channels; others do not exist, and it may refuse a message for what it says."""

    channels: set[str]
    refuses: bool = False
    name: str = "memory"
    edits: bool = True
    told: list[tuple[str, str]] = field(default_factory=list)  # channel, anomaly

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        (anomaly,) = notice.anomalies
        assert notice.message.text
        if self.refuses:
            raise Permanent("invalid_blocks")
        if address not in self.channels:
            raise Permanent(f"channel {address} does not exist", of_channel=True)
        self.told.append((address, anomaly.anomaly_id))
        return Receipt(address, "1" if before is None else before.ts)

    async def check(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to give back."""


@dataclass
class OnePartition:
    """What a deliverer asks of its stage, in memory."""

    outbox: NotifyCore = field(default_factory=NotifyCore)

    def owned(self) -> list[int]:
        return [0]

    def holds(self, partition: int) -> bool:
        return partition == 0

    def core(self, partition: int) -> NotifyCore:
        assert partition == 0
        return self.outbox

    async def change(self, partition: int, decide: Callable[[NotifyCore], Changes]) -> bool:
        decide(self.core(partition))
        return True

    async def prove(self, partition: int, claim: Callable[[NotifyCore], Changes]) -> bool:
        return await self.change(partition, claim)

    def hear(self, *anomalies: Anomaly) -> None:
        self.outbox.apply(
            [Record(at, inbox.encode(inbox.AnomalyHeard(one))) for at, one in enumerate(anomalies)]
        )


@dataclass
class Record:
    offset: int
    value: bytes


def routed() -> Rules:
    """Rules that send the team `search` to a channel of its own, all others to the default one."""
    plain = rules()
    route = {"name": "search", "match": {"team": "search"}, "channel": "#team-search"}
    routing = type(plain.routing).model_validate({"default_channel": DEFAULT, "routes": [route]})
    return plain.model_copy(update={"routing": routing})


def deliver_once(
    stage: OnePartition, sink: ChannelSink, deliverer: Deliverer | None = None
) -> Deliverer:
    deliverer = deliverer or Deliverer(cast("Any", stage), [sink], routed(), UnderWay())
    asyncio.run(deliverer._deliver_due(sink))
    return deliverer


def test_the_default_channel_hears_of_what_its_own_cannot(caplog: pytest.LogCaptureFixture) -> None:
    """An alert whose channel does not exist goes to the default channel, and one line says so."""
    stage, sink = OnePartition(), ChannelSink({DEFAULT})
    stage.hear(anomaly(anomaly_id="A-1", team="search"))

    deliver_once(stage, sink)
    deliver_once(stage, sink)

    assert sink.told == [(DEFAULT, "A-1")]
    assert [record.getMessage() for record in caplog.records] == [
        "A-1: channel #team-search does not exist; told in #cloud-spend instead"
    ]


def test_without_any_channel_an_alert_waits_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no channel takes is told once one of them exists; until then one line a channel says what to mend."""
    stage, sink = OnePartition(), ChannelSink({"#team-search"})
    stage.hear(
        anomaly(anomaly_id="A-1", team="checkout"),
        anomaly(anomaly_id="A-2", team="platform"),
        anomaly(anomaly_id="A-3", team="search"),
    )

    deliverer = deliver_once(stage, sink)
    assert sink.told == [("#team-search", "A-3")]
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "channel #cloud-spend does not exist; alerts wait for it")
    ]

    sink.channels.add(DEFAULT)
    deliver_once(stage, sink, deliverer)
    assert len(sink.told) == 1  # it is not asked for at every look
    monkeypatch.setattr(deliver, "_LONGEST_WAIT", 0.0)
    deliver_once(stage, sink, deliverer)
    assert sorted(sink.told[1:]) == [(DEFAULT, "A-1"), (DEFAULT, "A-2")]


def test_what_to_mend_names_both_channels(caplog: pytest.LogCaptureFixture) -> None:
    """Either channel would do: that of the route comes first, since the message belongs there."""
    stage, sink = OnePartition(), ChannelSink(set())
    stage.hear(anomaly(anomaly_id="A-1", team="search"))

    deliver_once(stage, sink)

    assert [record.getMessage() for record in caplog.records] == [
        "channel #team-search does not exist; nor can #cloud-spend be told; alerts wait for it"
    ]


def test_a_message_that_is_refused_for_itself_does_not_come_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What no channel will ever take is given up with one line, so that it cannot block the outbox."""
    stage, sink = OnePartition(), ChannelSink({DEFAULT}, refuses=True)
    stage.hear(anomaly(anomaly_id="A-1", team="checkout"))

    deliver_once(stage, sink)
    deliver_once(stage, sink)

    assert [record.getMessage() for record in caplog.records] == [
        "A-1 is told to nobody: invalid_blocks"
    ]
