"""Dead letters on a real Kafka: brought back once, whatever is interrupted."""

import asyncio
import json
import os

import pytest
from fixtures_kafka import Kafka
from typer.testing import CliRunner

from config.settings import Settings
from stream.cli import app
from stream.dead_letters.reading import read_letters
from stream.ingest.dead_letters import record_of
from stream.ingest.fold import Folder
from stream.ingest.source import Span
from stream.kafka.cluster import Cluster
from stream.kafka.readback import read_topic
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.pipeline import Event
from stream.publish.publisher import Publisher
from stream.publish.replay import replay
from tests.stream.dead_letters.test_letters import GOOD
from tests.stream.detect.batches import rules

pytestmark = pytest.mark.kafka


class Here:
    """Topics of one test, with dead letters as a worker buries them."""

    def __init__(self, kafka: Kafka, prefix: str) -> None:
        settings = Settings.model_validate(
            {"kafka_brokers": kafka.brokers, "topic_prefix": prefix, "partitions": 2}
        )
        with TopicAdmin(settings, wait=10) as admin:
            admin.create()
        self.settings, self.topics = settings, Topics(prefix)
        self.cluster = Cluster(settings.kafka_brokers)
        self.environment = {
            **{name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name},
            "SPENDWATCH_KAFKA_BROKERS": kafka.brokers,
            "SPENDWATCH_TOPIC_PREFIX": prefix,
        }

    def bury(self, *events: dict[str, object], as_if: dict[str, object] | None = None) -> None:
        """Bury bad events; with ``as_if`` a good one lies there in their place, as if a fix had come."""
        span = Span("usage", 0, 2, 0, len(events))
        messages = [
            Event(at, 1000, json.dumps(event).encode(), (("trace", b"t"),))
            for at, event in enumerate(events)
        ]
        folded = Folder(rules(), 1).fold(span, messages)
        with Publisher(self.settings.kafka_brokers, [self.topics.dead_letters]) as publisher:
            for letter in folded.dead:
                record = record_of(letter, self.topics.usage)
                value = record.value if as_if is None else json.dumps(as_if).encode()
                publisher._producer.produce(
                    self.topics.dead_letters, value, key=record.key, headers=record.headers
                )

    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["dead-letters", *arguments], env=self.environment)
        return done.exit_code, done.output

    def usage(self) -> list[tuple[bytes | None, dict[str, bytes]]]:
        async def read() -> list[tuple[bytes | None, dict[str, bytes]]]:
            return [
                (record.value, dict(record.headers))
                async for record in read_topic(self.cluster, self.topics.usage)
            ]

        return asyncio.run(read())

    def left(self) -> list[str]:
        return list(asyncio.run(read_letters(self.cluster, self.topics)))


def test_list_show_and_replay(kafka: Kafka, topic_prefix: str) -> None:
    """Reasons are counted, events shown, and only what can be read now is brought back, with its headers, once."""
    here = Here(kafka, topic_prefix)
    assert here.run("list") == (0, "there are none\n")
    here.bury({**GOOD, "time": "noon"}, {**GOOD, "id": ""})
    key = f"{here.topics.usage}/0/0/0"
    code, text = here.run("list", "--format", "json")
    rows = json.loads(text)
    assert [(row["reason"], row["count"]) for row in rows] == [("bad_time", 1), ("missing_id", 1)]
    assert "noon" in here.run("show", key)[1]

    code, text = here.run("replay", "--all")
    assert code == 1
    assert "is refused still: bad_time" in text
    assert here.usage() == []

    here.bury({**GOOD, "time": "noon"}, as_if=GOOD)
    assert here.run("replay", "--reason", "bad_time", "--dry-run")[1].startswith("1 would be")
    assert here.usage() == []
    assert here.run("replay", "--reason", "bad_time") == (
        0,
        "1 brought back, 0 left where they are\n",
    )
    assert here.run("replay", "--reason", "bad_time") == (
        0,
        "0 brought back, 0 left where they are\n",
    )

    ((value, headers),) = here.usage()
    assert json.loads(value or b"") == GOOD
    assert headers == {"trace": b"t", "spendwatch-replayed": key.encode()}
    assert here.left() == [f"{here.topics.usage}/0/1/0"]


def test_alike_events_without_ids_of_their_own_are_brought_back_each(
    kafka: Kafka, topic_prefix: str
) -> None:
    """Letters are told apart by where they came from, not by what they say; none is left."""
    here = Here(kafka, topic_prefix)
    here.bury(*({**GOOD, "time": "noon"} for _ in range(5)), as_if=GOOD)
    letters = list(asyncio.run(read_letters(here.cluster, here.topics)).values())

    assert replay(here.settings.kafka_brokers, here.topics, letters) == 5
    assert here.left() == []
    assert len(here.usage()) == 5


def test_wrong_usage(kafka: Kafka, topic_prefix: str) -> None:
    """What is to be replayed must be said, and a key that is not there is named."""
    here = Here(kafka, topic_prefix)
    done = CliRunner().invoke(app, ["dead-letters", "replay"], env=here.environment)
    assert "name keys" in str(done.exception)
    done = CliRunner().invoke(app, ["dead-letters", "show", "x/1"], env=here.environment)
    assert "x/1: there is no such dead letter" in str(done.exception)
