"""Apache Kafka for the scenarios: one broker, or a cluster of three, from the jars that the tests use."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import kafka_jars
from kafka_server import ApacheKafka


class Member(ApacheKafka):
    """One broker of a cluster, which must know the others before it starts."""

    def join(self, number: int, members: "list[Member]") -> None:
        """Take a number and the list of voters."""
        copies = str(len(members))
        least = str(min(len(members), 2))
        self._config |= {
            "node.id": str(number),
            "controller.quorum.voters": ",".join(
                f"{node}@127.0.0.1:{member.controller_port}"
                for node, member in enumerate(members, 1)
            ),
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": least,
            "default.replication.factor": copies,
            "min.insync.replicas": least,
        }


@contextmanager
def cluster(size: int, folder: Path) -> Iterator[list[Member]]:
    """Running brokers; they end with the block."""
    java, jars = kafka_jars.fetch()
    members = [
        Member(jars, folder / f"broker-{number}", java=java) for number in range(1, size + 1)
    ]
    for number, member in enumerate(members, 1):
        member.join(number, members)
    with ExitStack() as stack:
        for member in members:
            stack.callback(member.kill)
        _start(members)
        yield members


def _start(members: list[Member]) -> None:
    """A broker answers only once a majority of voters is there: start all, then wait for all."""
    if len(members) == 1:
        members[0].start()
        return
    for member in members:
        member.launch()
    for member in members:
        member.wait()
