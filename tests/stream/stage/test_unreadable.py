"""What a core passes over is said in the log, once, with its place and reason."""

from dataclasses import dataclass

import pytest

from stream.kafka.topics import Topics
from stream.notify.core import NotifyCore
from stream.stage.stage import log_unreadable
from tests.stream.detect.batches import rules


@dataclass
class Record:
    offset: int
    value: bytes


def test_a_message_that_cannot_be_read_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """Not silently skipped, and not kept in memory for ever."""
    core = NotifyCore(rules(), Topics())
    core.apply([Record(7, b"not a word")])
    log_unreadable("spendwatch-alerts-0", core)
    log_unreadable("spendwatch-alerts-0", core)
    (line,) = caplog.messages
    assert line.startswith("spendwatch-alerts-0: passed over, since it cannot be read: offset 7")
    assert core.unreadable == []
