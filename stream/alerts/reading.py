"""What the topics `cases` and `silences` hold now: the newest record of each key."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from alerting.cases.record import CaseRecord
from alerting.cases.silence import PlannedEvent, Silence
from alerting.inbox import PlannedHeard, SilenceHeard
from stream.kafka.cluster import Cluster
from stream.kafka.readback import read_topic
from stream.kafka.topics import Topics

Said = SilenceHeard | PlannedHeard

decode_case: Final = msgspec.json.Decoder(CaseRecord).decode
decode_said: Final = msgspec.json.Decoder(Said).decode


@dataclass(slots=True)
class Cases:
    """Cases by the anomaly's id."""

    by_id: dict[str, CaseRecord] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Take a record in the topic's order; one without a value forgets its key."""
        name = (key or b"").decode(errors="replace")
        if value is None:
            self.by_id.pop(name, None)
            return
        try:
            case = decode_case(value)
        except msgspec.MsgspecError as error:
            self.unreadable.append(f"{name}: {error}")
            return
        self.by_id[case.anomaly.anomaly_id] = case


@dataclass(slots=True)
class Beforehand:
    """What people said beforehand, by id."""

    silences: dict[str, Silence] = field(default_factory=dict)
    planned: dict[str, PlannedEvent] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Take a record in the topic's order; one without a value forgets its key."""
        name = (key or b"").decode(errors="replace")
        if value is None:
            self.silences.pop(name, None)
            self.planned.pop(name, None)
            return
        try:
            said = decode_said(value)
        except msgspec.MsgspecError as error:
            self.unreadable.append(f"{name}: {error}")
            return
        if isinstance(said, SilenceHeard):
            self.silences[said.silence.silence_id] = said.silence
        else:
            self.planned[said.planned.planned_id] = said.planned


async def read_cases(cluster: Cluster, topics: Topics) -> Cases:
    """All cases.

    Raises:
        UserError: if Kafka does not answer or the topic is missing.
    """
    cases = Cases()
    async for key, value in _records(cluster, topics.cases):
        cases.take(key, value)
    return cases


async def read_beforehand(cluster: Cluster, topics: Topics) -> Beforehand:
    """All silences and planned events, also those that are over.

    Raises:
        UserError: if Kafka does not answer or the topic is missing.
    """
    said = Beforehand()
    async for key, value in _records(cluster, topics.silences):
        said.take(key, value)
    return said


async def _records(
    cluster: Cluster, topic: str
) -> AsyncIterator[tuple[bytes | None, bytes | None]]:
    async for record in read_topic(cluster, topic):
        yield record.key, record.value
