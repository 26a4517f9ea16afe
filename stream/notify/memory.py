"""What one worker knows of all alerts: cases, messages, silences, planned events, sources; and how it is kept."""

from collections.abc import Mapping
from typing import Final

import msgspec

from alerting import inbox
from alerting.cases.book import Book
from alerting.cases.case import Case
from alerting.cases.record import Quiet
from alerting.cases.silence import PlannedEvent, Silence
from alerting.notices.bundle import Bundle
from alerting.notices.gathering import Bounds, Gathering

VERSION: Final = 1
_POSITION: Final = b"p"
_VERSION: Final = b"v"
_WATCH: Final = b"w"
_CASE, _BUNDLE, _SILENCE, _PLANNED, _SOURCE, _HUSHED = b"c|", b"b|", b"s|", b"e|", b"f|", b"h|"

_encode = msgspec.msgpack.Encoder().encode
_read_case = msgspec.msgpack.Decoder(Case).decode
_bundle_decoder = msgspec.msgpack.Decoder(Bundle)
_read_silence = msgspec.msgpack.Decoder(Silence).decode
_read_planned = msgspec.msgpack.Decoder(PlannedEvent).decode
_read_source = msgspec.msgpack.Decoder(inbox.SourceHeard).decode


def is_bundle(key: bytes) -> bool:
    """Whether a state record is that of a message."""
    return key[:2] == _BUNDLE


def read_bundle(value: bytes) -> Bundle:
    """The message of a state record.

    Raises:
        msgspec.MsgspecError: if it is none.
    """
    return _bundle_decoder.decode(value)


class NewerStateError(Exception):
    """The state was written by a newer version."""


class Memory:
    """The state of the alerts stage. Whoever changes it says so, and `changes` gives the records to write."""

    def __init__(self, bounds: Bounds) -> None:
        self.position = 0
        self.cases: dict[str, Case] = {}
        self.gathering = Gathering(bounds)
        self.book = Book()
        self.sources: dict[str, inbox.SourceHeard] = {}
        self.watch = b""  # what was learned of the sources' rhythm
        self.hushed: set[str] = set()  # anomalies that ended in quiet before anybody was told
        self.quiet: dict[str, Quiet | None] = {}  # at the last look; not kept
        self.unreadable: list[str] = []
        self._changed: dict[bytes, bytes | None] = {}

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over state; what cannot be read is noted in ``unreadable``.

        Raises:
            NewerStateError: if a newer version wrote it.
        """
        for key, value in states.items():
            try:
                self._load(key, value)
            except ValueError as error:  # msgspec's errors are ValueErrors too
                self.unreadable.append(f"{key.decode(errors='replace')}: {error}")
        self.gathering.changed.clear()

    def _load(self, key: bytes, value: bytes) -> None:
        if key == _POSITION:
            self.position = int(value)
        elif key == _WATCH:
            self.watch = value
        elif key == _VERSION:
            if int(value) > VERSION:
                raise NewerStateError(f"version {int(value)}, this is {VERSION}")
        else:
            self._load_named(key[:2], key[2:].decode(), value)

    def _load_named(self, kind: bytes, name: str, value: bytes) -> None:
        match kind:
            case b"c|":
                self.cases[name] = _read_case(value)
            case b"b|":
                self.gathering.put(read_bundle(value))
            case b"s|":
                self.book.put(_read_silence(value))
            case b"e|":
                self.book.plan(_read_planned(value))
            case b"f|":
                self.sources[name] = _read_source(value)
            case b"h|":
                self.hushed.add(name)
            case _:
                raise ValueError("no such record")

    def open_cases(self) -> list[str]:
        """Anomalies that are open."""
        return [one for one, case in self.cases.items() if case.anomaly.state == "open"]

    def note_position(self, following: int) -> None:
        """Everything before an offset of `alerts` is applied."""
        self.position = following
        self._changed[_POSITION] = b"%d" % following
        self._changed[_VERSION] = b"%d" % VERSION

    def note_case(self, case: Case) -> None:
        """A case is new or changed."""
        anomaly_id = case.anomaly.anomaly_id
        self.cases[anomaly_id] = case
        self._changed[_CASE + anomaly_id.encode()] = _encode(case)

    def note_bundle(self, bundle: Bundle) -> None:
        """A message is new or changed, or will be before `changes` is asked for."""
        self.gathering.changed.add(bundle.id)

    def note_silence(self, silence: Silence) -> None:
        """A silence is new or changed."""
        self.book.put(silence)
        self._changed[_SILENCE + silence.silence_id.encode()] = _encode(silence)

    def note_planned(self, planned: PlannedEvent) -> None:
        """A planned event is new or changed."""
        self.book.plan(planned)
        self._changed[_PLANNED + planned.planned_id.encode()] = _encode(planned)

    def note_source(self, heard: inbox.SourceHeard) -> None:
        """A source stopped or came back."""
        self.sources[heard.source] = heard
        self._changed[_SOURCE + heard.source.encode()] = _encode(heard)

    def note_watch(self, watch: bytes) -> None:
        """The sources' rhythm was learned further."""
        if watch != self.watch:
            self.watch = self._changed[_WATCH] = watch

    def forget_case(self, anomaly_id: str) -> None:
        """A case is over for long."""
        self.cases.pop(anomaly_id, None)
        self.hush(anomaly_id, for_good=False)
        self._changed[_CASE + anomaly_id.encode()] = None

    def hush(self, anomaly_id: str, *, for_good: bool) -> None:
        """An anomaly ended in quiet before anybody was told, or is open again."""
        if for_good != (anomaly_id in self.hushed):
            (self.hushed.add if for_good else self.hushed.discard)(anomaly_id)
            self._changed[_HUSHED + anomaly_id.encode()] = b"1" if for_good else None

    def forget_said(self, now: int) -> None:
        """Drop silences and planned events that ended long ago."""
        for one in self.book.forget(now):
            self._changed[_SILENCE + one.encode()] = None
            self._changed[_PLANNED + one.encode()] = None

    def changes(self) -> dict[bytes, bytes | None]:
        """State records since the last call."""
        changed, self._changed = self._changed, {}
        for bundle_id in self.gathering.changed:
            bundle = self.gathering.bundles.get(bundle_id)
            changed[_BUNDLE + bundle_id.encode()] = None if bundle is None else _encode(bundle)
        self.gathering.changed.clear()
        return changed

    def position_record(self) -> dict[bytes, bytes | None]:
        """A write that changes nothing: committed, it proves that nobody else has taken the partition."""
        return {_POSITION: b"%d" % self.position}
