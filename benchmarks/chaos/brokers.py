"""Apache Kafka for the scenarios: one broker, or a cluster of three, from the jars that the tests use.

A broker has two addresses: one for publisher, reader and its peers, and one that is advertised as a proxy, for
workers that are to be cut off from it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import kafka_jars
from confluent_kafka.admin import AdminClient
from kafka_server import ApacheKafka
from ports import free_port

from benchmarks.chaos.proxy import Proxy

_HEAP: Final = "-Xmx512m"


class Member(ApacheKafka):
    """One broker of a cluster, which must know the others before it starts."""

    def join(self, number: int, members: "list[Member]") -> None:
        """Take a number, the list of voters, and an address behind a proxy."""
        copies = str(len(members))
        least = str(min(len(members), 2))
        worker_port = free_port()
        self.proxy = Proxy(free_port(), worker_port, self.folder.parent / f"proxy-{number}.log")
        controller = f"CONTROLLER://127.0.0.1:{self.controller_port}"
        self._config |= {
            "node.id": str(number),
            "controller.quorum.voters": ",".join(
                f"{node}@127.0.0.1:{member.controller_port}"
                for node, member in enumerate(members, 1)
            ),
            "listeners": f"PLAINTEXT://{self.brokers},WORKERS://127.0.0.1:{worker_port},{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.brokers},WORKERS://{self.proxy.address}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,WORKERS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": least,
            "default.replication.factor": copies,
            "min.insync.replicas": least,
        }

    def _options(self) -> list[str]:
        return [_HEAP, *(option for option in super()._options() if "-Xmx" not in option)]


@dataclass(frozen=True)
class Brokers:
    """A running Kafka: where it is, and, if it was started here, its brokers in the order of their numbers."""

    addresses: str  # of all brokers, with commas between
    members: Sequence[Member] = ()

    @property
    def proxies(self) -> str:
        """The addresses through the proxies."""
        return ",".join(member.proxy.address for member in self.members)

    def leader_of(self, topic: str) -> Member | None:
        """The broker that leads most of the topic's partitions; None while none does."""
        client = AdminClient({"bootstrap.servers": self.addresses, "log_level": 0})
        partitions = client.list_topics(topic, timeout=5).topics[topic].partitions
        leaders = Counter(one.leader for one in partitions.values() if one.leader > 0)
        return self.members[leaders.most_common(1)[0][0] - 1] if leaders else None


@contextmanager
def cluster(size: int, folder: Path) -> Iterator[Brokers]:
    """Running brokers; they end with the block."""
    java, jars = kafka_jars.fetch()
    folder.mkdir(parents=True, exist_ok=True)
    members = [
        Member(jars, folder / f"broker-{number}", java=java) for number in range(1, size + 1)
    ]
    for number, member in enumerate(members, 1):
        member.join(number, members)
    with ExitStack() as stack:
        for member in members:
            stack.callback(member.kill)
            stack.callback(member.proxy.stop)
        _start(members)
        yield Brokers(",".join(member.brokers for member in members), members)


def _start(members: list[Member]) -> None:
    """A broker answers only once a majority of voters is there: start all, then wait for all."""
    for member in members:
        member.proxy.start()
        member.launch()
    for member in members:
        member.wait()
