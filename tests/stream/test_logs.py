"""The worker's log."""

import pytest

from stream.logs import listed, logging_config


@pytest.mark.parametrize(
    ("level", "libraries"),
    [("debug", "DEBUG"), ("info", "WARNING"), ("warning", "WARNING"), ("error", "ERROR")],
)
def test_info_is_what_the_worker_does_itself(level: str, libraries: str) -> None:
    """At `info` Faust and the Kafka clients are heard from when something is wrong, at `debug` always."""
    config = logging_config(level)

    assert config["root"]["level"] == level.upper()
    assert config["loggers"]["faust"] == config["loggers"]["aiokafka"] == {"level": libraries}


@pytest.mark.parametrize(
    ("partitions", "text"),
    [
        ([("usage", 1), ("billing", 2), ("billing", 0)], "billing 0 2, usage 1"),
        ([], "no partition"),
    ],
)
def test_partitions_are_listed_by_topic(partitions: list[tuple[str, int]], text: str) -> None:
    """What a worker has is one line, in a fixed order."""
    assert listed(partitions) == text
