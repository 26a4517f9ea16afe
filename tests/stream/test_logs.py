"""The worker's log."""

import logging

import pytest

from stream.logs import Throttle, ThrottleOfClients, listed, logging_config


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


def record(name: str, second: float, number: int) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "f.py", 1, "cannot reach %s", (number,), None)
    made.created = second
    return made


def test_a_flood_of_one_message_is_told_now_and_then() -> None:
    """The first few, then one each ten seconds that says for how many it stands."""
    throttle = Throttle(few=2, every=10.0)
    records = [record("aiokafka", at / 10, at) for at in range(250)]
    told = [each.getMessage() for each in records if throttle.filter(each)]
    assert told == [
        "cannot reach 0",
        "cannot reach 1",
        "cannot reach 100 (and 98 more like it before)",
        "cannot reach 101",
        "cannot reach 200 (and 98 more like it before)",
        "cannot reach 201",
    ]


def test_the_workers_own_lines_are_all_told() -> None:
    """Only libraries are throttled, and each of their messages by itself."""
    throttle = ThrottleOfClients()
    own = [throttle.filter(record("stream.app", 0, at)) for at in range(20)]
    theirs = [throttle.filter(record("aiokafka.client", 0, at)) for at in range(20)]
    assert all(own)
    assert theirs.count(True) == 5
