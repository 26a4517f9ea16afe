"""Exact totals from spend records: the newest revision of each entry counts."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from alerting.spend import SpendRecord
from stream.money import ZERO, add

DIMENSIONS: Final = (
    "source",
    "team",
    "service",
    "environment",
    "charge_kind",
    "currency",
    "day",
    "month",
)
_TIMES: Final = ("day", "month")


class Line(msgspec.Struct, frozen=True):
    """The total of one group."""

    group: tuple[str, ...]
    currency: str
    cost: Decimal
    charges: int
    late: Decimal  # part of ``cost`` that came after the horizon


class Ledger:
    """Holds the newest revision of each entry within a span of event time."""

    def __init__(self, since: datetime | None = None, until: datetime | None = None) -> None:
        self._since = since
        self._until = until
        self._newest: dict[str, SpendRecord] = {}

    def add(self, record: SpendRecord) -> None:
        """Take a record, unless it is out of the span or older than what is known."""
        if self._since is not None and record.bucket_start < self._since:
            return
        if self._until is not None and record.bucket_start >= self._until:
            return
        known = self._newest.get(record.entry)
        if known is None or record.revision > known.revision:
            self._newest[record.entry] = record

    def records(self) -> Iterable[SpendRecord]:
        """The newest revision of each entry."""
        return self._newest.values()

    def totals(self, by: tuple[str, ...]) -> list[Line]:
        """Sums by the given dimensions and by currency, which is never mixed: by time where it is asked for, then largest first."""
        sums: dict[tuple[tuple[str, ...], str], tuple[Decimal, int, Decimal]] = {}
        for record in self._newest.values():
            key = (tuple(value_of(record, name) for name in by), record.currency)
            cost, charges, late = sums.get(key, (ZERO, 0, ZERO))
            sums[key] = (
                add(cost, record.cost),
                charges + record.charges,
                add(late, record.cost) if record.late else late,
            )
        lines = [
            Line(group, currency, cost, charges, late)
            for (group, currency), (cost, charges, late) in sums.items()
        ]
        times = [at for at, name in enumerate(by) if name in _TIMES]
        return sorted(
            lines,
            key=lambda line: (
                [line.group[at] for at in times],
                -line.cost,
                line.group,
                line.currency,
            ),
        )


def value_of(record: SpendRecord, dimension: str) -> str:
    """What a record has of one of `DIMENSIONS`."""
    if dimension == "day":
        return f"{record.bucket_start:%Y-%m-%d}"
    if dimension == "month":
        return f"{record.bucket_start:%Y-%m}"
    return str(getattr(record, dimension))
