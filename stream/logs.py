"""The worker's log: one line an event, in UTC, on standard error. Standard output belongs to the alerts."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

# what tells of each service and each connection that comes and goes, at the level INFO
_TALKATIVE: Final = ("faust", "mode", "aiokafka", "stream.transport")


class UtcFormatter(logging.Formatter):
    """Times in UTC, as everywhere else."""

    converter = staticmethod(time.gmtime)


def listed(partitions: Iterable[tuple[str, int]]) -> str:
    """Topics with their partitions: ``billing 0 1, charges 0``; ``no partition`` where there is none."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for topic, partition in sorted(partitions):
        numbers[topic].append(partition)
    return ", ".join(f"{topic} {' '.join(map(str, of))}" for topic, of in numbers.items()) or (
        "no partition"
    )


def logging_config(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes; ``level`` is a name such as ``info``.

    At ``info`` the worker tells what it does itself; what its libraries do is told at ``debug``.
    """
    libraries = "WARNING" if level == "info" else level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": UtcFormatter,
                "format": "%(asctime)sZ %(levelname)s %(name)s: %(message)s",
                "datefmt": "%Y-%m-%dT%H:%M:%S",
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "line",
            }
        },
        "loggers": {name: {"level": libraries} for name in _TALKATIVE},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
