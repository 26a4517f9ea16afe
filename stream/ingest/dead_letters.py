"""The dead-letter record: the event's own bytes, and headers that say what was wrong and where it was."""

from typing import Final, NamedTuple

from stream.ingest.fold import DeadLetter

LONGEST = 512 << 10
"""Bytes of the event that are kept; the topic takes no message beyond 1 MB. The source topic has the rest."""


HEADER: Final = "header:"
"""Before the name of each header that the event's own message had."""


class DeadLetterRecord(NamedTuple):
    """A Kafka record for the topic `dead-letters`. The key is the same when a chunk is handled again."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def record_of(letter: DeadLetter, topic: str) -> DeadLetterRecord:
    """The record of a refused event of the given source topic."""
    place = (topic, letter.span.partition, letter.offset, letter.number)
    names = ("topic", "partition", "offset", "event", "reason", "detail", "timestamp")
    texts = (*place, letter.refused.reason, letter.refused.detail, letter.timestamp)
    headers = [
        (name, str(text).encode(errors="replace")) for name, text in zip(names, texts, strict=True)
    ]
    headers += [(f"{HEADER}{name}", value) for name, value in letter.headers]
    original = letter.refused.original
    if len(original) > LONGEST:
        headers.append(("cut-from", str(len(original)).encode()))
    return DeadLetterRecord("/".join(map(str, place)).encode(), original[:LONGEST], headers)
