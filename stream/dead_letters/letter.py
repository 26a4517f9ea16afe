"""A dead letter as it lies in its topic: the event's bytes, why it was refused, and where it came from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from stream.formats import Refused, decode
from stream.formats import snapshot_header as snapshot
from stream.formats.event import Format
from stream.ingest.dead_letters import HEADER

_UNKNOWN: Final = "unknown"


class Letter(NamedTuple):
    """One refused event."""

    key: str  # topic/partition/offset/event of its origin
    partition: int  # of the dead-letter topic
    topic: str  # that it came in
    reason: str
    detail: str
    timestamp: int  # when it came, epoch milliseconds
    value: bytes
    headers: tuple[tuple[str, bytes], ...]  # of the message that it came in
    cut_from: int | None  # bytes that it had, where it is not whole


class Group(NamedTuple):
    """Letters of one topic and reason."""

    topic: str
    reason: str
    number: int
    first: int  # epoch milliseconds
    last: int
    example: Letter  # the newest


def letter_of(record: Any) -> Letter:
    """The letter of a record of the topic `dead-letters`; what it does not say is ``unknown``."""
    headers = tuple(record.headers or ())
    said = {name: value.decode("utf-8", "replace") for name, value in headers}
    cut = said.get("cut-from", "")
    return Letter(
        key=(record.key or b"").decode("utf-8", "replace"),
        partition=record.partition,
        topic=said.get("topic", _UNKNOWN),
        reason=said.get("reason", _UNKNOWN),
        detail=said.get("detail", ""),
        timestamp=int(said["timestamp"])
        if said.get("timestamp", "").isdigit()
        else record.timestamp,
        value=record.value or b"",
        headers=tuple(
            (name.removeprefix(HEADER), value) for name, value in headers if name.startswith(HEADER)
        ),
        cut_from=int(cut) if cut.isdigit() else None,
    )


def grouped(letters: Iterable[Letter]) -> list[Group]:
    """Letters by topic and reason, the most numerous first."""
    found: dict[tuple[str, str], list[Letter]] = {}
    for letter in letters:
        found.setdefault((letter.topic, letter.reason), []).append(letter)
    groups = [
        Group(
            topic,
            reason,
            len(of),
            min(one.timestamp for one in of),
            max(one.timestamp for one in of),
            max(of, key=lambda one: (one.timestamp, one.key)),
        )
        for (topic, reason), of in found.items()
    ]
    return sorted(groups, key=lambda group: (-group.number, group.topic, group.reason))


def obstacle(letter: Letter, sources: Mapping[str, str], own: Sequence[Format] = ()) -> str | None:
    """Why a letter cannot be brought back as it lies; None if its event can be read now.

    Args:
        letter: the letter.
        sources: names of sources by their topics.
        own: formats of the rules' mappings.
    """
    source = sources.get(letter.topic)
    if source is None:
        return f"came in {letter.topic!r}, which is no source of this deployment"
    if letter.cut_from is not None:
        return f"is cut: it had {letter.cut_from:,} bytes; publish a smaller event"
    if snapshot.value_of(letter.headers) is not None:
        return "is of a snapshot: publish the whole export again"
    still = _refused(source, letter, own)
    return None if still is None else f"is refused still: {still.reason}: {still.detail}"


def _refused(source: str, letter: Letter, own: Sequence[Format]) -> Refused | None:
    read = decode(source, letter.value, letter.headers, own)
    return read.refused[0] if read.refused else None
