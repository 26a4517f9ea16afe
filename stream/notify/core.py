"""The outbox of one partition of `anomalies`: what is true, and what each sink was told of it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from alerting import inbox
from alerting.anomaly import Anomaly
from alerting.sinks.base import Receipt
from stream.stage.core import Changes

VERSION: Final = 1
_POSITION = b"p"
_ENTRY = b"a|"
_KEEP = timedelta(
    days=30
)  # of event time: how long a finished anomaly's messages can still be edited


class Told(msgspec.Struct, array_like=True, frozen=True):
    """The newest revision a sink was told, and where the message is; None if it could not be told."""

    revision: int
    receipt: Receipt | None


class Entry(msgspec.Struct, array_like=True):
    """An anomaly in the outbox."""

    version: int
    anomaly: Anomaly
    told: dict[str, Told]


_encode = msgspec.msgpack.Encoder().encode
_read_entry = msgspec.msgpack.Decoder(Entry).decode


class NotifyCore:
    """Knows for each anomaly which sinks are behind. The newest revision is what a sink is told."""

    def __init__(self) -> None:
        self._position = 0
        self.entries: dict[str, Entry] = {}
        self.unreadable: list[str] = []

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over a partition's state; what cannot be read is noted in ``unreadable``."""
        for key, value in states.items():
            try:
                if key == _POSITION:
                    self._position = int(value)
                else:
                    entry = _read_entry(value)
                    self.entries[entry.anomaly.anomaly_id] = entry
            except ValueError as error:  # msgspec's errors are ValueErrors too
                self.unreadable.append(f"{key.decode(errors='replace')}: {error}")

    def apply(self, records: Iterable[Any]) -> Changes:
        """Take new revisions of anomalies into the outbox; records applied before are skipped."""
        changed: dict[bytes, bytes | None] = {}
        for record in records:
            if record.offset < self._position:
                continue
            self._position = record.offset + 1
            changed[_POSITION] = b"%d" % self._position
            try:
                heard = inbox.decode(record.value)
            except (ValueError, TypeError) as error:
                self.unreadable.append(f"offset {record.offset}: {error}")
                continue
            if isinstance(heard, inbox.AnomalyHeard):
                self._take(heard.anomaly, changed)
        return Changes(changed, [])

    def _take(self, anomaly: Anomaly, changed: dict[bytes, bytes | None]) -> None:
        entry = self.entries.get(anomaly.anomaly_id)
        if entry is not None and entry.anomaly.revision >= anomaly.revision:
            return
        told = {} if entry is None else entry.told
        entry = self.entries[anomaly.anomaly_id] = Entry(VERSION, anomaly, told)
        changed[_ENTRY + anomaly.anomaly_id.encode()] = _encode(entry)
        for old in [e for e in self.entries.values() if _is_over(e, anomaly)]:
            del self.entries[old.anomaly.anomaly_id]
            changed[_ENTRY + old.anomaly.anomaly_id.encode()] = None

    def due(self, sink: str) -> list[Entry]:
        """Anomalies of which the sink has not been told the newest revision, oldest first."""
        waiting = [
            entry
            for entry in self.entries.values()
            if sink not in entry.told or entry.told[sink].revision < entry.anomaly.revision
        ]
        return sorted(waiting, key=lambda entry: entry.anomaly.detected_at)

    def waiting(self, anomaly_id: str, sink: str) -> Entry | None:
        """The anomaly, if the sink has not been told its newest revision."""
        return next((e for e in self.due(sink) if e.anomaly.anomaly_id == anomaly_id), None)

    def claim(self) -> Changes:
        """A write that changes nothing: committed, it proves that nobody else has taken the partition."""
        return Changes({_POSITION: b"%d" % self._position}, [])

    def told(self, anomaly: Anomaly, sink: str, receipt: Receipt | None) -> Changes:
        """Note what a sink was told."""
        entry = self.entries.get(anomaly.anomaly_id)
        if entry is None:
            return Changes({}, [])
        entry.told[sink] = Told(anomaly.revision, receipt)
        return Changes({_ENTRY + anomaly.anomaly_id.encode(): _encode(entry)}, [])


def _is_over(entry: Entry, newest: Anomaly) -> bool:
    old = entry.anomaly
    told_all = all(told.revision >= old.revision for told in entry.told.values())
    return (
        old.state != "open"
        and bool(entry.told)
        and told_all
        and newest.updated_at - old.updated_at > _KEEP
    )
