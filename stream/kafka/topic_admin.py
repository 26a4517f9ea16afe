"""Create topics and look at what there is, with kafka-python's admin client."""

import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from kafka.admin import (
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    NewTopic,
)
from kafka.errors import (
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from config.settings import Settings
from stream.errors import UserError
from stream.kafka.cluster import unreachable
from stream.kafka.denied import denied, refusal
from stream.kafka.topic_findings import (
    Found,
    missing_finding,
    rights_findings,
    topic_findings,
    version_findings,
)
from stream.kafka.topics import Topics, TopicSpec, specs

_ANSWER_MS: Final = 5000
_PAUSE: Final = 0.2
_SETTLE: Final = 10.0  # seconds that brokers have to answer or to choose a coordinator or a leader
_GONE: Final = UnknownTopicOrPartitionError.errno
_DENIED: Final = TopicAuthorizationFailedError.errno
T = TypeVar("T")


class TopicAdmin:
    """Knows which topics there must be, and asks the brokers which there are.

    All methods raise UserError, with one line, if the brokers refuse or do not answer.

    Raises:
        UserError: on entering, if no broker answers within ``wait`` seconds.
    """

    def __init__(self, settings: Settings, *, wait: int) -> None:
        self._settings = settings
        self._wait = wait
        self._topics = Topics(settings.topic_prefix)
        self._specs = specs(self._topics, settings.partitions)
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
        """Create what is missing and wait until it is there; the names of what was created."""
        existing = self._ask(lambda: set(self._client.list_topics()))
        missing = [spec for spec in self._specs if spec.name not in existing]
        created = [spec.name for spec in missing if self._ask(partial(self._create, spec))]
        names = [spec.name for spec in self._specs]
        self._ask(lambda: self._client.wait_for_topics(names))
        return created

    def _create(self, spec: TopicSpec) -> bool:
        new = NewTopic(
            spec.name,
            num_partitions=spec.partitions,
            replication_factor=self._settings.replication_factor,
            topic_configs=spec.config,
        )
        try:
            self._client.create_topics([new])
        except TopicAlreadyExistsError:  # another one was faster
            return False
        except InvalidReplicationFactorError:
            raise self._too_few_brokers(spec.name) from None
        except TopicAuthorizationFailedError:
            grant = f"--operation Create --topic {spec.name}"
            raise refusal(f"topic {spec.name!r} for its creation", grant) from None
        except KafkaError as error:
            text = f"topic {spec.name!r} was not created: {error}"
            raise UserError(text, exit_code=3) from None
        return True

    def _too_few_brokers(self, topic: str) -> UserError:
        brokers = len(self._client.describe_cluster()["brokers"])
        return UserError(
            f"topic {topic!r} was not created: SPENDWATCH_REPLICATION_FACTOR is "
            f"{self._settings.replication_factor} and the cluster has {brokers} brokers that run: "
            "start more, or set it lower",
            exit_code=3,
        )

    def check(self, *, patience: float = 0.0) -> list[str]:
        """What is wrong with brokers and topics, a line each with its remedy; empty if nothing is.

        Args:
            patience: seconds to ask again while something is wrong, since a broker may lag behind the one that has
                created the topics.
        """
        deadline = time.monotonic() + patience
        while True:
            findings = self._ask(self._findings)
            if not findings or time.monotonic() >= deadline:
                return findings
            time.sleep(_PAUSE)

    def _findings(self) -> list[str]:
        too_old = version_findings(self._client.api_versions())
        if too_old:
            return too_old
        described = self._described()
        missing = [name for name, topic in described.items() if topic["error_code"] == _GONE]
        return [*map(missing_finding, missing), *self._differences(described)]

    def _described(self) -> dict[str, dict[str, Any]]:
        topics = self._client.describe_topics([spec.name for spec in self._specs])
        return {topic["name"]: topic for topic in topics}

    def _differences(self, described: Mapping[str, dict[str, Any]]) -> list[str]:
        """Rights first: what may not be read cannot be compared."""
        lacking = [
            finding
            for spec in self._specs
            for finding in _lacking(described[spec.name], self._needed(spec))
        ]
        if lacking:
            return lacking
        present = [spec for spec in self._specs if described[spec.name]["error_code"] != _GONE]
        counts = {spec.name: len(described[spec.name]["partitions"]) for spec in present}
        configs = self._configs(list(counts))
        charges = self._topics.charges
        return [
            finding
            for spec in present
            for finding in topic_findings(
                spec, Found(counts[spec.name], configs[spec.name]), counts.get(charges), charges
            )
        ]

    def _needed(self, _spec: TopicSpec) -> tuple[str, ...]:
        """Rights that who asks must have on a topic."""
        return ("DESCRIBE_CONFIGS",)

    def _configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        described = self._client.describe_configs(resources, config_filter="all")
        return {name: _values(described, name) for name in names}

    def _ask(self, ask: Callable[[], T]) -> T:
        """Ask again while a broker is down, or a coordinator or leader is being chosen."""
        deadline = time.monotonic() + _SETTLE
        while True:
            try:
                return ask()
            except KafkaError as error:
                if not error.retriable or time.monotonic() >= deadline:
                    raise denied(error) or self._refused(error) from None
            time.sleep(_PAUSE)

    def _refused(self, error: KafkaError) -> UserError:
        brokers = ", ".join(self._settings.kafka_brokers)
        text = f"Kafka at {brokers} does not answer as it should ({error}): look at its log, then try again"
        return UserError(text, exit_code=3)


def _listens(broker: str) -> bool:
    host, _, port = broker.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_MS / 1000).close()
    except OSError:
        return False
    return True


def _lacking(topic: Mapping[str, Any], needed: tuple[str, ...]) -> list[str]:
    allowed = topic.get("authorized_operations")
    if topic["error_code"] == _DENIED:
        return rights_findings(topic["name"], needed, frozenset())
    if topic["error_code"] == _GONE or allowed is None:
        return []
    return rights_findings(topic["name"], needed, frozenset(allowed))


def _values(described: Any, name: str) -> dict[str, str]:
    """The configuration of one topic out of the client's answer."""
    entries = described["topic"][name] if "topic" in described else described[name]
    return {
        key: str(entry["value"] if isinstance(entry, dict) else entry)
        for key, entry in entries.items()
    }
