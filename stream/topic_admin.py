"""Create and check topics with kafka-python's admin client."""

import socket
import time
from types import TracebackType
from typing import Any, Final, Self

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from config.settings import Settings
from stream.cluster import unreachable
from stream.errors import UserError
from stream.topics import Topics, TopicSpec, specs

_ANSWER_MS: Final = 5000
# what makes numbers wrong or loses data when it differs; the rest is the operator's choice
_CHECKED: Final = ("cleanup.policy", "message.timestamp.type", "max.message.bytes")


class TopicAdmin:
    """Knows which topics there must be, and asks the brokers which there are.

    Raises:
        UserError: on entering, if no broker answers within ``wait`` seconds.
    """

    def __init__(self, settings: Settings, *, wait: int) -> None:
        self._settings = settings
        self._wait = wait
        self._specs = specs(Topics(settings.topic_prefix), settings.partitions)
        self._client: Any = None

    def __enter__(self) -> Self:
        deadline = time.monotonic() + self._wait
        while not any(_listens(broker) for broker in self._settings.kafka_brokers):
            if time.monotonic() >= deadline:
                raise unreachable(self._settings.kafka_brokers)
            time.sleep(1)
        try:
            self._client = KafkaAdminClient(
                bootstrap_servers=list(self._settings.kafka_brokers),
                bootstrap_timeout_ms=max(self._wait * 1000, _ANSWER_MS),
            )
        except (KafkaError, OSError, ValueError):
            raise unreachable(self._settings.kafka_brokers) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def create(self) -> list[str]:
        """Create what is missing; the names of what was created."""
        existing = set(self._client.list_topics())
        missing = [spec for spec in self._specs if spec.name not in existing]
        created = []
        for spec in missing:
            try:
                self._client.create_topics([self._new(spec)])
            except TopicAlreadyExistsError:  # another one was faster
                continue
            except KafkaError as error:
                raise UserError(
                    f"topic {spec.name!r} was not created: {error}", exit_code=3
                ) from None
            created.append(spec.name)
        self._client.wait_for_topics([spec.name for spec in self._specs])
        return created

    def _new(self, spec: TopicSpec) -> NewTopic:
        return NewTopic(
            spec.name,
            num_partitions=spec.partitions,
            replication_factor=self._settings.replication_factor,
            topic_configs=spec.config,
        )

    def check(self) -> list[str]:
        """What is wrong with the topics, a line each with its remedy; empty if nothing is."""
        existing = set(self._client.list_topics())
        findings = [
            f"there is no topic {spec.name!r}: run `spendwatch topics create`"
            for spec in self._specs
            if spec.name not in existing
        ]
        present = [spec for spec in self._specs if spec.name in existing]
        counts = {
            topic["name"]: len(topic["partitions"])
            for topic in self._client.describe_topics([spec.name for spec in present])
        }
        configs = self._configs([spec.name for spec in present])
        topics = Topics(self._settings.topic_prefix)
        shared = counts.get(topics.charges)
        for spec in present:
            findings += _partition_findings(spec, counts[spec.name], shared, topics.charges)
            findings += _config_findings(spec, configs[spec.name])
        return findings

    def _configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        described = self._client.describe_configs(resources, config_filter="all")
        return {name: _values(described, name) for name in names}


def _listens(broker: str) -> bool:
    host, _, port = broker.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_MS / 1000).close()
    except OSError:
        return False
    return True


def _values(described: Any, name: str) -> dict[str, str]:
    """The configuration of one topic out of the client's answer."""
    entries = described["topic"][name] if "topic" in described else described[name]
    return {
        key: str(entry["value"] if isinstance(entry, dict) else entry)
        for key, entry in entries.items()
    }


def _partition_findings(spec: TopicSpec, count: int, shared: int | None, charges: str) -> list[str]:
    must, why = spec.partitions, ""
    if spec.partitions > 1 and shared is not None:
        must, why = shared, f", as many as {charges!r}"
    if count == must:
        return []
    return [
        (
            f"topic {spec.name!r} has {count} partitions and must have {must}{why}: "
            "create it anew with that number before any data is in it"
        )
    ]


def _config_findings(spec: TopicSpec, actual: dict[str, str]) -> list[str]:
    return [
        f"topic {spec.name!r} has {name}={actual.get(name)} and must have {name}={must}: alter it with "
        f"kafka-configs.sh --alter --entity-type topics --entity-name {spec.name} "
        f"--add-config {name}=[{must}]"
        for name, must in spec.config.items()
        if name in _CHECKED and not _fits(name, actual.get(name, ""), must)
    ]


def _fits(name: str, actual: str, must: str) -> bool:
    if name == "max.message.bytes":
        return actual.isdigit() and int(actual) >= int(must)
    return set(actual.replace(" ", "").split(",")) == set(must.split(","))
