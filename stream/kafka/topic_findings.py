"""What is wrong with topics, brokers and positions: a line each, with its remedy. Decides, asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stream.kafka.topics import Topics, TopicSpec

# what makes numbers wrong or loses data when it differs; the rest is the operator's choice
_CHECKED: Final = ("cleanup.policy", "message.timestamp.type", "max.message.bytes")
OLDEST: Final = "2.8"
# by the requests' keys in the protocol: what it is called, which version is needed, and for what
_REQUESTS: Final = {
    3: ("Metadata", 10, "ids of topics"),
    1: ("Fetch", 4, "reading of committed records only"),
    11: ("JoinGroup", 5, "stable names of workers"),
    22: ("InitProducerId", 0, "transactions"),
    24: ("AddPartitionsToTxn", 0, "transactions"),
    26: ("EndTxn", 0, "transactions"),
    32: ("DescribeConfigs", 1, "the check of topics"),
}
_ANEW: Final = "set a new SPENDWATCH_TOPIC_PREFIX, run `spendwatch topics create` and publish again"


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as the brokers describe it."""

    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Extent:
    """Offsets of one partition: where its records begin and end, and up to where the workers have read."""

    topic: str
    partition: int
    begin: int
    end: int
    read: int | None


def version_findings(versions: Mapping[int, tuple[int, int]]) -> list[str]:
    """Whether the brokers can what is used of them.

    Args:
        versions: least and greatest version that the brokers have of each request, by its key.
    """
    for key, (name, needed, purpose) in _REQUESTS.items():
        if versions.get(key, (0, -1))[1] < needed:
            return [
                (
                    f"the brokers are too old: they have no {name} of version {needed}, which is needed for "
                    f"{purpose}; use Apache Kafka {OLDEST} or newer"
                )
            ]
    return []


def missing_finding(name: str) -> str:
    """A topic that is not there."""
    return f"there is no topic {name!r}: run `spendwatch topics create`, or check SPENDWATCH_TOPIC_PREFIX"


def rights_findings(topic: str, needed: tuple[str, ...], allowed: frozenset[str]) -> list[str]:
    """Which operations on a topic are needed and not allowed.

    Args:
        topic: its name.
        needed: operations as the brokers call them, such as ``READ``.
        allowed: those that they list as allowed.
    """
    lacking = [right.title().replace("_", "") for right in needed if right not in allowed]
    if not lacking:
        return []
    options = " ".join(f"--operation {right}" for right in lacking)
    return [
        (
            f"Kafka does not allow {' and '.join(lacking)} on the topic {topic!r}: grant it with "
            f"kafka-acls.sh --add --allow-principal User:... {options} --topic {topic}"
        )
    ]


def topic_findings(spec: TopicSpec, found: Found, joined: int | None, charges: str) -> list[str]:
    """What of one topic differs from what it must be like.

    Args:
        spec: what it must be like.
        found: what it is like.
        joined: number of partitions of ``charges``; None if there is no such topic.
        charges: that topic's name.
    """
    return [*_partition_findings(spec, found.partitions, joined, charges), *_config(spec, found)]


def _partition_findings(spec: TopicSpec, count: int, joined: int | None, charges: str) -> list[str]:
    must, why = 1, ""
    if spec.number == "joined":
        must, why = spec.partitions if joined is None else joined, f", as many as {charges!r}"
    if spec.number == "any" or count == must:
        return []
    return [
        (
            f"topic {spec.name!r} has {count} partitions and must have {must}{why}: "
            "create it anew with that number before any data is in it"
        )
    ]


def _config(spec: TopicSpec, found: Found) -> list[str]:
    return [
        f"topic {spec.name!r} has {name}={found.config.get(name)} and must have {name}={must}: alter it with "
        f"kafka-configs.sh --alter --entity-type topics --entity-name {spec.name} "
        f"--add-config {name}=[{must}]"
        for name, must in spec.config.items()
        if name in _CHECKED and not _fits(name, found.config.get(name, ""), must)
    ]


def _fits(name: str, actual: str, must: str) -> bool:
    if name == "max.message.bytes":
        return actual.isdigit() and int(actual) >= int(must)
    return set(actual.replace(" ", "").split(",")) == set(must.split(","))


def position_findings(topics: Topics, extents: Mapping[tuple[str, int], Extent]) -> list[str]:
    """Where the workers would go on at an offset that is not there, or with a state that is gone.

    Args:
        topics: names of the deployment's topics.
        extents: of all partitions of sources and of state topics, by topic and partition.
    """
    findings = [
        finding
        for extent in extents.values()
        if (finding := _unreadable_position(topics.group, extent)) is not None
    ]
    for stage in ("detect", "alerts", "digest"):
        source, state = topics.sources(stage)[-1], topics.state(stage)
        lost = [
            extent.partition
            for extent in extents.values()
            if extent.topic == source and extent.read and _is_empty(extents, state, extent)
        ]
        if lost:
            findings.append(
                f"topic {state!r} holds nothing in partition {_list(lost)}, though {source!r} was read there: "
                f"it was deleted, and what was open and not yet in {topics.spend!r} with it; {_ANEW}"
            )
    return findings


def _is_empty(extents: Mapping[tuple[str, int], Extent], state: str, of: Extent) -> bool:
    extent = extents.get((state, of.partition))
    return extent is not None and extent.end == 0


def _unreadable_position(group: str, extent: Extent) -> str | None:
    if extent.read is None:
        return None
    place = f"topic {extent.topic!r}, partition {extent.partition}"
    if extent.read > extent.end:
        return (
            f"{place} ends at offset {extent.end} and was read up to {extent.read}: it was made anew or has "
            f"lost records, and new ones would be skipped as counted; {_ANEW}"
        )
    if extent.read < extent.begin:
        return (
            f"{place} begins at offset {extent.begin} and was read up to {extent.read}: what is between was "
            "deleted unread; publish it again, and to go on behind it stop the workers and run "
            f"kafka-consumer-groups.sh --group {group} --topic {extent.topic}:{extent.partition} "
            "--reset-offsets --to-earliest --execute"
        )
    return None


def _list(numbers: list[int]) -> str:
    return " ".join(map(str, sorted(numbers)))
