"""What is found wrong with brokers, topics and positions, case by case."""

import pytest

from stream.kafka.topic_findings import (
    Extent,
    Found,
    position_findings,
    rights_findings,
    topic_findings,
    version_findings,
)
from stream.kafka.topics import Topics, specs

TOPICS = Topics("p.")
SPECS = {spec.name: spec for spec in specs(TOPICS, 3)}
NEW_ENOUGH = {1: (0, 12), 3: (0, 10), 11: (0, 7), 22: (0, 4), 24: (0, 3), 26: (0, 3), 32: (0, 4)}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({3: (0, 9)}, "no Metadata of version 10, which is needed for ids of topics"),
        ({22: None}, "no InitProducerId of version 0, which is needed for transactions"),
        ({1: (0, 3)}, "no Fetch of version 4"),
    ],
)
def test_brokers_that_are_too_old_are_refused(
    changed: dict[int, tuple[int, int] | None], said: str | None
) -> None:
    """With what they lack and the oldest Kafka that will do."""
    versions = {key: has for key, has in {**NEW_ENOUGH, **changed}.items() if has is not None}
    findings = version_findings(versions)
    assert len(findings) == (said is not None)
    for finding in findings:
        assert said is not None
        assert said in finding
        assert "use Apache Kafka 2.8 or newer" in finding


@pytest.mark.parametrize(
    ("topic", "partitions", "joined", "fits"),
    [
        (TOPICS.charges, 7, 7, True),
        (TOPICS.spend, 6, 7, False),
        (TOPICS.state("detect"), 3, None, True),
        (TOPICS.billing, 5, 7, True),
        (TOPICS.dead_letters, 1, 7, True),
        (TOPICS.ticks, 1, 7, True),
        (TOPICS.ticks, 2, 7, False),
        (TOPICS.state("digest"), 2, 7, False),
    ],
)
def test_numbers_of_partitions_join_what_is_written_together(
    topic: str, partitions: int, joined: int | None, *, fits: bool
) -> None:
    """Sources may have any number; one partition holds what is told once."""
    spec = SPECS[topic]
    found = topic_findings(spec, Found(partitions, spec.config), joined, TOPICS.charges)
    assert (found == []) is fits


@pytest.mark.parametrize(
    ("name", "actual", "fits"),
    [
        ("cleanup.policy", "compact", True),
        ("cleanup.policy", "delete", False),
        ("cleanup.policy", "delete,compact", False),
        ("message.timestamp.type", "CreateTime", False),
        ("max.message.bytes", "1048588", False),
        ("max.message.bytes", "99999999", True),
        ("min.cleanable.dirty.ratio", "0.5", True),
    ],
)
def test_what_makes_numbers_wrong_is_found_in_a_configuration(
    name: str, actual: str, *, fits: bool
) -> None:
    """The rest is the operator's choice."""
    spec = SPECS[TOPICS.state("detect")]
    found = topic_findings(spec, Found(3, {**spec.config, name: actual}), 3, TOPICS.charges)
    assert (found == []) is fits


def test_lacking_rights_are_named_with_the_grant() -> None:
    """All of a topic in one command."""
    needed = ("READ", "WRITE", "DESCRIBE_CONFIGS")
    (finding,) = rights_findings(TOPICS.charges, needed, frozenset({"READ", "DESCRIBE"}))
    assert "does not allow Write and DescribeConfigs on the topic 'p.charges'" in finding
    assert "--operation Write --operation DescribeConfigs --topic p.charges" in finding
    assert rights_findings(TOPICS.charges, needed, frozenset(needed)) == []


def extents(*all_of: Extent) -> dict[tuple[str, int], Extent]:
    return {(extent.topic, extent.partition): extent for extent in all_of}


@pytest.mark.parametrize(
    ("source", "state_end", "said"),
    [
        (Extent(TOPICS.charges, 1, 0, 9, None), 0, None),
        (Extent(TOPICS.charges, 1, 0, 9, 0), 0, None),
        (Extent(TOPICS.charges, 1, 0, 9, 9), 4, None),
        (Extent(TOPICS.charges, 1, 0, 9, 10), 4, "ends at offset 9 and was read up to 10"),
        (Extent(TOPICS.charges, 1, 5, 9, 4), 4, "--topic p.charges:1 --reset-offsets"),
        (Extent(TOPICS.charges, 1, 0, 9, 5), 0, "'p.detect-state' holds nothing in partition 1"),
    ],
)
def test_positions_fit_what_is_there(source: Extent, state_end: int, said: str | None) -> None:
    """Beyond the end, before the beginning, and without their state they are refused."""
    state = Extent(TOPICS.state("detect"), 1, 0, state_end, None)
    findings = position_findings(TOPICS, extents(source, state))
    assert len(findings) == (said is not None)
    assert said is None or said in findings[0]
