"""The usual message of metered usage, from its bytes to rows in one step: no object a charge is made of it."""

from collections.abc import Callable
from typing import NamedTuple

from stream.formats import usual
from stream.formats.times import seconds_of
from stream.formats.usage_document import ABSENT, Document
from stream.formats.usage_v1 import dimensions_of, measures_of, texts_of
from stream.formats.usual import UNUSUAL, UsualEvent, decode_one
from stream.ingest.gathering import MOST, Gathering, Row, identity_of, row_of
from stream.pricing import SLOT, UNPRICED, Pricer

_Key = tuple[object, ...]


class _Known(NamedTuple):
    """What events with the same texts, of a time of the same prices, have in common."""

    append: Callable[[bytes], None]
    place: int
    is_priced: bool
    fresh_rate: int
    read_rate: int
    write_rate: int
    output_rate: int
    request_rate: int


class Metered:
    """Puts the events of a chunk's messages into a gathering, priced."""

    def __init__(self, gathering: Gathering, pricer: Pricer) -> None:
        self._gathering = gathering
        self._pricer = pricer
        self._known: dict[_Key, _Known] = {}

    def take(self, offset: int, message: bytes) -> int | None:
        """Add all charges of a message.

        Returns:
            The newest of their times; None if the message is not usual in all that it says: then nothing of it
            was added, and the formats must read it.
        """
        try:
            event = decode_one(message)
        except UNUSUAL:
            return self._take_many(offset, message)
        try:
            row = self._row(offset, event)
        except UNUSUAL:
            return None
        if row is None:
            return None
        append, data, time = row
        append(data)
        return time

    def _take_many(self, offset: int, message: bytes) -> int | None:
        """Several events a message: all of them, or none."""
        try:
            rows = [self._row(offset, event) for event in usual.events(message)]
        except UNUSUAL:
            return None
        ready = [row for row in rows if row is not None]
        if not ready or len(ready) != len(rows):
            return None
        for append, data, _ in ready:
            append(data)
        return max(row[2] for row in ready)

    def _row(self, offset: int, event: UsualEvent) -> Row | None:
        document = event.data
        time = seconds_of(event.time) if event.time else None
        if time is None or document.cost is not ABSENT:
            return None
        tags = None if document.tags is ABSENT else bytes(document.tags)
        key = (time // SLOT, tags, *texts_of(document))
        known = self._known.get(key) or self._find(key, document, time)
        if known is None:
            return None
        append, place, is_priced, fresh, cached, written, made, asked = known
        requests, tokens, read, write, output = measures_of(document)
        cost = (
            (tokens - read - write) * fresh
            + read * cached
            + write * written
            + output * made
            + requests * asked
        )
        if cost > MOST:
            return None
        row = row_of(
            place, offset, time, identity_of(f"{time} {event.source}/{event.id}"), cost,
            requests, tokens, read, write, output, 0 if is_priced else tokens + output,
        )  # fmt: skip
        return append, row, time

    def _find(self, key: _Key, document: Document, time: int) -> _Known | None:
        dimensions = dimensions_of(document)
        rates = self._pricer.whole_rates(dimensions, time)
        if rates is None:
            return None
        exponent, *each = rates
        append, place, _ = self._gathering.slot(dimensions, exponent)
        known = _Known(append, place, rates is not UNPRICED, *each)
        if all(part is None or isinstance(part, str | bytes) for part in key[1:]):
            self._known[key] = known  # else 1, 1.0 and True would be one key
        return known
