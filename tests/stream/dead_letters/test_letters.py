"""Dead letters by themselves: what they say, and whether they can be brought back."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from config.rules import Rules
from stream.dead_letters.letter import Letter, grouped, letter_of, obstacle
from stream.ingest.dead_letters import LONGEST, record_of
from stream.ingest.fold import Folder
from stream.ingest.source import Span
from stream.pipeline import Event
from tests.stream.detect.batches import rules

SOURCES = {"billing": "billing", "usage": "usage"}
GOOD = {
    "schema": "spendwatch.usage.v1",
    "id": "1",
    "time": "2026-03-02T12:00:00Z",
    "model": "gpt-4o",
    "input_tokens": 5,
}


@dataclass
class Record:
    """A record as it is read back."""

    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]]
    partition: int = 3
    timestamp: int = 7
    offset: int = field(default=0)


def buried(value: bytes, headers: tuple[tuple[str, bytes], ...] = ()) -> list[Letter]:
    """What becomes of a message of `usage`, folded as a worker does."""
    company: Rules = rules()
    span = Span("usage", 2, 4, 17, 18)
    folded = Folder(company, 1).fold(span, [Event(17, 1_700_000_000_000, value, headers)])
    records = [record_of(letter, "usage") for letter in folded.dead]
    return [letter_of(Record(one.key, one.value, one.headers)) for one in records]


def one(value: Any = None, headers: tuple[tuple[str, bytes], ...] = ()) -> Letter:
    (letter,) = buried(json.dumps(value or {**GOOD, "time": "noon"}).encode(), headers)
    return letter


def test_a_letter_says_what_where_and_why() -> None:
    """Its key is its origin, and it keeps the event's bytes and the headers of its message."""
    letter = one(headers=(("trace", b"\x00\xff"),))

    assert (letter.key, letter.partition, letter.topic) == ("usage/2/17/0", 3, "usage")
    assert letter.reason == "bad_time"
    assert "noon" in letter.detail
    assert json.loads(letter.value)["id"] == "1"
    assert letter.headers == (("trace", b"\x00\xff"),)
    assert letter.timestamp == 1_700_000_000_000


def test_each_event_of_a_message_is_a_letter() -> None:
    """Good events of a message count, bad ones are told apart."""
    events = [GOOD, {**GOOD, "time": "x"}, {**GOOD, "id": ""}]
    letters = buried(json.dumps(events).encode())

    assert [letter.reason for letter in letters] == ["bad_time", "missing_id"]
    assert [letter.key for letter in letters] == ["usage/2/17/0", "usage/2/17/1"]


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        (one()._replace(value=json.dumps(GOOD).encode()), None),
        (one(), "is refused still: bad_time"),
        (one()._replace(topic="other"), "no source of this deployment"),
        (one()._replace(cut_from=LONGEST + 1), "is cut: it had 524,289 bytes"),
        (one()._replace(headers=(("spendwatch-snapshot", b"{}"),)), "publish the whole export"),
    ],
)
def test_what_can_be_brought_back(letter: Letter, says: str | None) -> None:
    """Only an event that can be read now, is whole and counts by itself."""
    found = obstacle(letter, SOURCES)
    assert (found is None) if says is None else (found is not None and says in found)


def test_groups_are_counted() -> None:
    """By topic and reason, the most numerous first, with the newest as the example."""
    letters = [
        one()._replace(key="a", timestamp=5),
        one()._replace(key="b", timestamp=9),
        one()._replace(key="c", reason="missing_id"),
    ]
    first, second = grouped(letters)

    assert (first.reason, first.number, first.first, first.last) == ("bad_time", 2, 5, 9)
    assert first.example.key == "b"
    assert second.number == 1


def test_a_letter_without_headers_is_not_lost() -> None:
    """What somebody else wrote into the topic is shown as it is."""
    letter = letter_of(Record(b"k", b"v", []))
    assert (letter.topic, letter.reason, letter.value, letter.timestamp) == (
        "unknown",
        "unknown",
        b"v",
        7,
    )
