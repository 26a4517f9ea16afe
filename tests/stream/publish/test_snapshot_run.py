"""A run of the publisher as a snapshot: marks round its rows, and no end mark unless all of them are there."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from stream.errors import UserError
from stream.formats.snapshot_header import SnapshotHeader, parse, value_of
from stream.kafka.embedded import PARTITIONS, EmbeddedKafka
from stream.kafka.topics import Topics
from stream.publish.publisher import Publisher
from stream.publish.snapshot_run import HALF, SnapshotRun
from tests.bills import RULES, row
from tests.environment import environment

Headers = Sequence[tuple[str, bytes]]

TOPICS = Topics()
PUBLISH = [sys.executable, "-m", "stream", "publish"]
USAGE = {"schema": "spendwatch.usage.v1", "id": "1", "time": 1_764_547_200, "input_tokens": 5}


@pytest.fixture
def brokers() -> Iterator[tuple[str, ...]]:
    with EmbeddedKafka((TOPICS.billing, TOPICS.usage)) as kafka:
        yield kafka.brokers


def bill(rows: int) -> bytes:
    return b"".join(row(0, Row=at) for at in range(rows))


def publish(
    brokers: tuple[str, ...], *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PUBLISH, *arguments],
        env=environment(SPENDWATCH_KAFKA_BROKERS=",".join(brokers), **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said_by(header: bytes | None, value: bytes | None) -> tuple[str, SnapshotHeader | None]:
    """What a message is: a row, or a mark."""
    if header is None:
        return "row", None
    snapshot = parse(header)
    assert (value is None) == (snapshot.mark is not None)
    return snapshot.mark or "row", snapshot


def messages(brokers: tuple[str, ...], topic: str) -> list[list[tuple[str, SnapshotHeader | None]]]:
    """What is in each partition of a topic, in order."""
    consumer = Consumer(
        {
            "bootstrap.servers": ",".join(brokers),
            "group.id": "test",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 10,
        }
    )
    found: list[list[tuple[str, SnapshotHeader | None]]] = []
    for partition in range(PARTITIONS):
        place = TopicPartition(topic, partition, 0)
        _, end = consumer.get_watermark_offsets(place, timeout=10)
        consumer.assign([place])
        read: list[tuple[str, SnapshotHeader | None]] = []
        while len(read) < end:
            message = consumer.poll(10)
            assert message is not None
            assert message.error() is None
            read.append(said_by(value_of(message.headers() or []), message.value()))
        found.append(read)
    consumer.close()
    return found


def test_a_bill_is_one_snapshot(brokers: tuple[str, ...], tmp_path: Path) -> None:
    """Each partition begins and ends it, and all rows lie between; usage in the same run has no part in it."""
    (tmp_path / "bill.jsonl").write_bytes(bill(500))
    (tmp_path / "usage.jsonl").write_text(json.dumps(USAGE))
    (tmp_path / "more.jsonl").write_bytes(bill(30))
    names = [str(tmp_path / f"{name}.jsonl") for name in ("bill", "usage", "more")]
    done = publish(brokers, "--delivery", "snapshot", *names)
    assert done.stderr == ""
    assert "published 531 events" in done.stdout
    partitions = messages(brokers, TOPICS.billing)
    for partition in partitions:
        kinds = [kind for kind, _ in partition]
        assert kinds == ["begin", *["row"] * (len(kinds) - 2), "end"]
    assert sum(map(len, partitions)) == 530 + 2 * PARTITIONS
    assert len({snapshot.id for part in partitions for _, snapshot in part if snapshot}) == 1
    assert [kind for part in messages(brokers, TOPICS.usage) for kind in part] == [("row", None)]


@pytest.mark.parametrize(
    ("rules", "arguments", "marked"),
    [
        (RULES, [], True),
        (RULES, ["--delivery", "append"], False),
        (RULES.replace("snapshot", "append"), [], False),
        (RULES.replace("snapshot", "append"), ["--delivery", "snapshot"], True),
    ],
)
def test_the_rules_say_how_bills_are_delivered(
    brokers: tuple[str, ...], tmp_path: Path, rules: str, arguments: list[str], *, marked: bool
) -> None:
    """And the option says otherwise."""
    (tmp_path / "bill.jsonl").write_bytes(bill(3))
    (tmp_path / "rules.yaml").write_text(rules)
    done = publish(
        brokers,
        str(tmp_path / "bill.jsonl"),
        *arguments,
        SPENDWATCH_RULES=str(tmp_path / "rules.yaml"),
    )
    assert done.returncode == 0, done.stderr
    found = [kind for part in messages(brokers, TOPICS.billing) for kind in part]
    assert len(found) == 3 + 2 * PARTITIONS * marked
    assert all((snapshot is not None) == marked for _, snapshot in found)


def test_a_file_that_breaks_off_ends_no_snapshot(brokers: tuple[str, ...], tmp_path: Path) -> None:
    """Half a bill would look like a drop; the error says that nothing of it counts."""
    (tmp_path / "bill.jsonl.gz").write_bytes(gzip.compress(bill(2000))[:-40])
    done = publish(brokers, "--delivery", "snapshot", str(tmp_path / "bill.jsonl.gz"))
    assert done.returncode == 1
    assert "the gzip stream breaks off here" in done.stderr
    assert HALF in done.stderr
    kinds = {kind for part in messages(brokers, TOPICS.billing) for kind, _ in part}
    assert kinds == {"begin", "row"}


def test_an_interrupted_run_ends_no_snapshot(brokers: tuple[str, ...], tmp_path: Path) -> None:
    """Ctrl-C says the same."""
    pipe = tmp_path / "bill.jsonl"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [*PUBLISH, "--delivery", "snapshot", str(pipe)],
        env=environment(SPENDWATCH_KAFKA_BROKERS=",".join(brokers)),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        with pipe.open("wb") as writer:
            writer.write(bill(3000))
            writer.flush()
            while not any(messages(brokers, TOPICS.billing)):
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert HALF in said
    kinds = {kind for part in messages(brokers, TOPICS.billing) for kind, _ in part}
    assert kinds == {"begin", "row"}


def test_rows_that_are_not_acknowledged_end_no_snapshot() -> None:
    """The end mark is sent only behind a flush that found all of them."""
    sent: list[tuple[str, str, SnapshotHeader | None]] = []

    class Failing:
        """A producer whose brokers went away."""

        def send(self, topic: str, value: bytes, headers: Headers = ()) -> None:
            sent.append((topic, *said_by(value_of(headers), value)))

        def mark(self, topic: str, headers: Headers) -> None:
            sent.append((topic, *said_by(value_of(headers), None)))

        def flush(self) -> None:
            raise UserError("1 of 1 events were not acknowledged", exit_code=3)

    run = SnapshotRun(Failing(), "billing", datetime(2026, 1, 1, tzinfo=UTC))
    run.send(b"{}")
    with pytest.raises(
        UserError, match=r"were not acknowledged; of this bill nothing counts"
    ) as it:
        run.end()
    assert it.value.exit_code == 3
    assert [(topic, kind) for topic, kind, _ in sent] == [("billing", "begin"), ("billing", "row")]


def test_a_run_without_a_bill_sends_no_marks(brokers: tuple[str, ...]) -> None:
    """An empty snapshot says nothing of any period."""
    with Publisher(brokers, [TOPICS.billing]) as publisher:
        SnapshotRun(publisher, TOPICS.billing, datetime(2026, 1, 1, tzinfo=UTC)).end()
    assert not any(messages(brokers, TOPICS.billing))


def test_each_run_has_an_id_of_its_own() -> None:
    """Also two that begin in the same moment; the time in it is for people."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with_none = [SnapshotRun(Publisher(("127.0.0.1:9",), []), "b", now) for _ in range(2)]
    assert len({run.id for run in with_none}) == 2
    assert all(run.id.startswith("20260101T000000Z-") for run in with_none)
