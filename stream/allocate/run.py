"""Reads the charges of files into a tally."""

from collections.abc import Iterable
from pathlib import Path

from config.rules import Rules
from stream.allocate.tally import Tally
from stream.files import read_events
from stream.formats import Refused, decode
from stream.formats.mapped import formats_of
from stream.pricing import Pricer


class Run:
    """A tally of files, and what in them could not be read.

    Args:
        rules: what people tune.
    """

    def __init__(self, rules: Rules) -> None:
        self.tally = Tally(rules.allocation)
        self._pricer = Pricer(rules.pricing)
        self._own = formats_of(rules.mappings)
        self.events = 0
        self.refused: dict[str, tuple[int, Refused]] = {}  # by reason, with the first one

    def read(self, files: Iterable[Path]) -> None:
        """Take the charges of files, in order. One that comes again counts again.

        Raises:
            UserError: naming file, line and remedy; what came before it was taken.
        """
        for path in files:
            for event in read_events(path, with_time=False, own=self._own):
                self._take(event.source, event.value)

    def _take(self, source: str, value: bytes) -> None:
        self.events += 1
        decoded = decode(source, value, (), self._own)
        for charge in decoded.charges:
            priced = self._pricer.priced(charge)
            self.tally.take(charge, None if priced is None else priced.cost)
        for refused in decoded.refused:
            count, first = self.refused.get(refused.reason, (0, refused))
            self.refused[refused.reason] = (count + 1, first)
