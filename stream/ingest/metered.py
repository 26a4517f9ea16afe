"""The usual message of metered usage, from its bytes to rows in one step: no object a charge is made of it."""

from stream.charge import Dimensions
from stream.formats import usual
from stream.formats.times import seconds_of
from stream.formats.usage_document import ABSENT
from stream.formats.usage_v1 import dimensions_of, measures_of, texts_of
from stream.formats.usual import UNUSUAL, UsualEvent, decode_one
from stream.ingest.gathering import MOST, Gathering, Row, row_of
from stream.ingest.identity import identity_of
from stream.memo import Memo
from stream.pricing import SLOT, Pricer
from stream.tariff import UNPRICED, WholeRates, WholeTariff


class Alike:
    """What events with the same texts have in common: their rates at a time, and their place in a chunk."""

    __slots__ = (
        *("chunk", "dimensions", "era", "partition", "place", "placed"),
        *("rates", "slot", "tariff"),
    )

    def __init__(self, dimensions: Dimensions) -> None:
        self.dimensions = dimensions
        self.slot = -1  # of time, in which the rates hold
        self.tariff: WholeTariff | None = None
        self.rates: WholeRates | None = None  # where they do not hang on the length of the input
        self.chunk: object = None  # in which the place is
        self.placed: WholeRates | None = None  # whose place it is
        self.partition = self.place = 0
        self.era = 0  # of the slot; eras begin with days, and so with slots


class Metered:
    """Puts the events of a chunk's messages into a gathering, priced.

    Args:
        gathering: of the chunk.
        pricer: knows the rates.
        known: what is alike, from chunk to chunk; for one pricer.
    """

    def __init__(self, gathering: Gathering, pricer: Pricer, known: Memo[Alike]) -> None:
        self._gathering = gathering
        self._pricer = pricer
        self._known = known
        self._rows = gathering.rows
        self._chunk = object()

    def take(self, offset: int, message: bytes) -> int | None:
        """Add all charges of a message.

        Returns:
            The newest of their times; None if the message is not usual: then nothing of it was added, and the
            formats must read it.
        """
        try:
            event = decode_one(message)
        except UNUSUAL:
            return self._take_many(offset, message)
        try:
            row = self._row(offset, event)
            if row is None:
                return self._add([event], offset)
        except UNUSUAL:
            return None
        partition, data, time = row
        self._rows[partition].append(data)
        return time

    def _take_many(self, offset: int, message: bytes) -> int | None:
        """Several events a message: all of them, or none."""
        try:
            events = usual.events(message)
            rows = [self._row(offset, event) for event in events]
            ready = [row for row in rows if row is not None]
            if len(ready) != len(rows):
                return self._add(events, offset)
        except UNUSUAL:
            return None
        for partition, data, _ in ready:
            self._rows[partition].append(data)
        return max((time for _, _, time in ready), default=None)

    def _add(self, events: list[UsualEvent], offset: int) -> int:
        """Events that bring their cost, or whose cost takes decimals."""
        charges = [usual.charge_of(event) for event in events]
        for charge in charges:
            self._gathering.add(offset, charge, self._pricer.priced(charge))
        return max(charge.time for charge in charges)

    def _row(self, offset: int, event: UsualEvent) -> Row | None:
        """The row of an event; None if it is not priced by whole numbers alone."""
        document = event.data
        time = seconds_of(event.time) if event.time else None
        if time is None or document.cost is not ABSENT:
            return None
        tags = None if document.tags is ABSENT else bytes(document.tags)
        key = (*texts_of(document), tags)
        known = self._known.get(key) or self._known.keep(key, Alike(dimensions_of(document)))
        if known.chunk is not self._chunk or known.slot != time // SLOT:
            self._find_rates(known, time)
        if known.tariff is None:
            return None
        requests, tokens, read, write, output = measures_of(document)
        rates = known.tariff.of(tokens, requests) if known.rates is None else known.rates
        if rates is not known.placed:
            self._place_at(known, known.tariff, rates)
        _, fresh, cached, written, made, asked = rates
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
            known.place, offset, time, identity_of(f"{time} {event.source}/{event.id}"), cost,
            requests, tokens, read, write, output, tokens + output if rates is UNPRICED else 0,
        )  # fmt: skip
        return known.partition, row, time

    def _find_rates(self, known: Alike, time: int) -> None:
        """Find the rates at a time; their place in this chunk is not known yet. What is shared goes the long way."""
        known.slot, known.chunk = time // SLOT, self._chunk
        known.era = self._gathering.era_of(time)
        shared = self._gathering.is_shared(known.dimensions, known.era)
        tariff = None if shared else self._pricer.whole_tariff(known.dimensions, time)
        known.tariff = tariff
        known.placed = None
        if tariff is not None:
            known.rates = tariff.rates[0] if len(tariff.rates) == 1 else None

    def _place_at(self, known: Alike, tariff: WholeTariff, rates: WholeRates) -> None:
        """Find the place of charges of some rates."""
        known.placed = rates
        exponent, told = tariff.exponent, rates.token_rates()
        slot = self._gathering.slot(known.dimensions, exponent, told, known.era)
        known.partition, known.place = slot.partition, slot.number
