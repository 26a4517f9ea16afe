"""The worker's log: one line an event, in UTC, on standard error. Standard output belongs to the alerts."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

# what tells of each service and each connection that comes and goes, at the level INFO
_TALKATIVE: Final = ("faust", "mode", "aiokafka", "stream.transport")

_MOST_KINDS: Final = 1000


class UtcFormatter(logging.Formatter):
    """Times in UTC, as everywhere else."""

    converter = staticmethod(time.gmtime)


class Throttle(logging.Filter):
    """Lets a few messages of a kind through, then one each ``every`` seconds, which says how many it stands for.

    The Kafka clients tell of each attempt to reach a broker that is away: hundreds a second.
    """

    def __init__(self, few: int = 5, every: float = 10.0) -> None:
        super().__init__()
        self._few, self._every = few, every
        self._seen: dict[tuple[str, object], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is told; its text may be longer afterwards."""
        kind = self._seen.setdefault((record.name, record.msg), _Kind(record.created))
        if record.created - kind.since >= self._every:
            if kind.hidden:
                record.msg = f"{record.getMessage()} (and {kind.hidden} more like it before)"
                record.args = None
            kind.since, kind.told, kind.hidden = record.created, 0, 0
        kind.told += 1
        if kind.told > self._few:
            kind.hidden += 1
            return False
        if len(self._seen) > _MOST_KINDS:
            self._seen.clear()
        return True


class ThrottleOfClients(Throttle):
    """A throttle of what the libraries say; the worker's own lines are all told."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is told."""
        return not record.name.startswith(_TALKATIVE) or super().filter(record)


@dataclass(slots=True)
class _Kind:
    """How often a message was told, and hidden, since a moment."""

    since: float
    told: int = 0
    hidden: int = 0


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
                "filters": ["of-clients"] if libraries != "DEBUG" else [],
            }
        },
        "filters": {"of-clients": {"()": ThrottleOfClients}},
        "loggers": {name: {"level": libraries} for name in _TALKATIVE},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
