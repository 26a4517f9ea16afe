"""Which days finance was told of, and which are due. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from alerting.sinks.base import Receipt
from config.digest import DigestRules
from stream.stage.core import Changes

VERSION: Final = 1
_POSITION = b"p"
_DAY = b"d|"
_ASKED = b"a|"


class Tick(msgspec.Struct, frozen=True):
    """The message that says that a day's digest is due.

    ``again``: somebody asks for it as it is now, whether it was told before or is not complete yet.
    """

    day: date
    again: bool = False


class Sent(msgspec.Struct, array_like=True, frozen=True):
    """What was sent of a day, to which sink."""

    version: int
    receipts: dict[str, Receipt | None]


_encode = msgspec.msgpack.Encoder().encode
_read_sent = msgspec.msgpack.Decoder(Sent).decode
_read_tick = msgspec.json.Decoder(Tick).decode


def due_day(now: datetime, rules: DigestRules) -> date | None:
    """The UTC day whose digest is due at a moment: the last one over when it became late enough locally."""
    local = now.astimezone(ZoneInfo(rules.timezone))
    if local.time() < rules.at:
        return None
    since = datetime.combine(local.date(), rules.at, local.tzinfo)
    return since.astimezone(UTC).date() - timedelta(days=1)


class DigestCore:
    """Ticks in, days that are due out; a day is told once."""

    def __init__(self) -> None:
        self._position = 0
        self.sent: dict[date, Sent] = {}
        self.due: list[date] = []
        self.asked: set[date] = set()  # of them, those that somebody asked for
        self.unreadable: list[str] = []

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over the state; a day that was due but not told is found by its missing receipt."""
        for key, value in states.items():
            try:
                if key == _POSITION:
                    self._position = int(value)
                elif key.startswith(_ASKED):
                    self.asked.add(date.fromisoformat(key[len(_ASKED) :].decode()))
                else:
                    self._load_day(date.fromisoformat(key[len(_DAY) :].decode()), value)
            except ValueError as error:
                self.unreadable.append(f"{key.decode(errors='replace')}: {error}")

    def _load_day(self, day: date, value: bytes) -> None:
        if value:
            self.sent[day] = _read_sent(value)
        else:
            self.due.append(day)

    def apply(self, records: Iterable[Any]) -> Changes:
        """Take ticks in; a tick for a day that was told or is due changes nothing."""
        changed: dict[bytes, bytes | None] = {}
        for record in records:
            if record.offset < self._position:
                continue
            self._position = record.offset + 1
            changed[_POSITION] = b"%d" % self._position
            try:
                tick = _read_tick(record.value)
            except (ValueError, TypeError) as error:
                self.unreadable.append(f"offset {record.offset}: {error}")
                continue
            if tick.again:
                self.asked.add(tick.day)
                changed[_ASKED + tick.day.isoformat().encode()] = b"1"
            if tick.day not in self.due and (tick.again or tick.day not in self.sent):
                self.due.append(tick.day)
                changed[_key(tick.day)] = b""
        return Changes(changed, [])

    def claim(self) -> Changes:
        """A write that changes nothing: committed, it proves that nobody else has taken the partition."""
        return Changes({_POSITION: b"%d" % self._position}, [])

    def told(self, day: date, receipts: dict[str, Receipt | None]) -> Changes:
        """Note that a day was told."""
        self.sent[day] = Sent(VERSION, receipts)
        if day in self.due:
            self.due.remove(day)
        changed: dict[bytes, bytes | None] = {_key(day): _encode(self.sent[day])}
        if day in self.asked:
            self.asked.remove(day)
            changed[_ASKED + day.isoformat().encode()] = None
        return Changes(changed, [])

    def may_wait(self, day: date) -> bool:
        """Whether a day may wait for its spend: nobody asked for it, and no newer one is due."""
        return day not in self.asked and day == max(self.due, default=day)


def _key(day: date) -> bytes:
    return _DAY + day.isoformat().encode()
