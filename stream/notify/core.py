"""Alerts on their one partition: what is heard, what is to be told of it, and what each place was told. Pure.

Three calls change it, each one transaction: `apply` takes in what comes on `alerts`, `tick` decides by the clock what is to
be told, and `note` remembers what a sink did. `steps` says what there is to do.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

import msgspec

from alerting import inbox
from alerting.cases.record import CaseRecord
from alerting.notices.bundle import Bundle, Delivery, place_key
from alerting.notices.notice import Notice
from alerting.routing.target import Place
from config.rules import Rules
from stream.errors import StateRefusedError
from stream.kafka.topics import Topics
from stream.notify import operator
from stream.notify.bounds import RoutingBounds
from stream.notify.hearing import Hearing
from stream.notify.look import Look
from stream.notify.memory import Memory, NewerStateError
from stream.notify.steps import Step, Way, is_behind, steps_of
from stream.notify.words import Words
from stream.stage.core import Changes, Output

_TICKS_A_SWEEP: Final = (
    25  # in which each open case is looked at again, since time passes for it too
)
_AT_ONCE: Final = 500  # cases that a tick looks at
_SWEPT_AT_ONCE: Final = 200  # of them because time passes: of very many a sweep takes longer
_FORGET_EVERY: Final = 600  # seconds
_MOST_RECORDS: Final = 500  # public ones of a transaction: where a message tells of thousands

_json = msgspec.json.Encoder().encode


class NotifyCore:
    """The stage's state and decisions.

    Args:
        rules: what people tune.
        topics: names of the topics.
        partitions: of `charges`, where what people say of a series is heard; 0: nobody hears it.
        has_buttons: whether somebody listens to Slack's buttons.
    """

    def __init__(
        self,
        rules: Rules,
        topics: Topics,
        partitions: Callable[[], int] = lambda: 0,
        *,
        has_buttons: bool = True,
    ) -> None:
        self._topics = topics
        self.memory = Memory(RoutingBounds.of(rules.routing))
        self._words = Words(rules, self.memory, has_buttons=has_buttons)
        self._look = Look(rules, self.memory, self._words)
        self._hearing = Hearing(topics, partitions, self.memory, self._words)
        self._unseen: list[str] | None = (
            None  # taken over and not looked at yet, the newest first; None: all
        )
        self._records: set[str] = set()  # anomalies whose public record has changed
        self._sweep: list[str] = []  # open cases that are left of it
        self._swept_at_once = 0
        self._pending: set[str] | None = (
            None  # bundles of which some place is behind; None: not known yet
        )
        self._forget_at = 0

    @property
    def unreadable(self) -> list[str]:
        """State records and messages that could not be read."""
        return self.memory.unreadable

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over the state.

        Raises:
            StateRefusedError: if a newer version wrote it.
        """
        try:
            self.memory.load(states)
        except NewerStateError as error:
            raise StateRefusedError(
                f"the state of alerts is of {error}: run that version"
            ) from error

    def apply(self, records: Iterable[Any]) -> Changes:
        """Take in what comes on `alerts`; what was applied before is passed over."""
        outputs: list[Output] = []
        for record in records:
            if record.offset < self.memory.position:
                continue
            self.memory.note_position(record.offset + 1)
            try:
                one = inbox.decode(record.value)
                outputs += self._hearing.hear(one, record.timestamp // 1000)
            except (ValueError, TypeError, ArithmeticError) as error:  # also of unreadable matchers
                self.unreadable.append(f"offset {record.offset}: {error}")
        return Changes(self._written(), outputs)

    def tick(self, now: int, sinks: Collection[str]) -> Changes:
        """Decide by the clock what is to be told.

        Args:
            now: wall clock, epoch seconds.
            sinks: names of those that are configured.
        """
        if self._unseen is None:
            self._look.take_over()
            self._unseen = sorted(self.memory.cases, key=self._began, reverse=True)
        waiting = sorted(self._hearing.changed, key=self._began)
        self._hearing.changed = set(waiting[_AT_ONCE:])
        new = sorted({*waiting[:_AT_ONCE], *self._taken_over()}, key=self._began)
        looked = dict.fromkeys((*new, *self._swept()))
        self._records |= self._look.at(looked, now, sinks)
        self._words.say_gathered(now)
        self._forget(now)
        return self._changes()

    def _taken_over(self) -> list[str]:
        """The next ones of what was taken over; what is heard now does not wait for them."""
        unseen = self._unseen or []
        taken = unseen[: -_AT_ONCE - 1 : -1]
        del unseen[-_AT_ONCE:]
        return taken

    def _began(self, anomaly_id: str) -> tuple[int, str]:
        case = self.memory.cases.get(anomaly_id)
        return (0 if case is None else case.opened_at, anomaly_id)

    def _swept(self) -> list[str]:
        if not self._sweep:
            self._sweep = self.memory.open_cases()
            self._swept_at_once = min(-(-len(self._sweep) // _TICKS_A_SWEEP), _SWEPT_AT_ONCE)
        at_once = self._swept_at_once
        taken, self._sweep = self._sweep[:at_once], self._sweep[at_once:]
        return taken

    def _written(self) -> dict[bytes, bytes | None]:
        """State records since the last call; messages that are among them may have something to be told."""
        if self._pending is not None:
            self._pending |= self.memory.gathering.changed
        return self.memory.changes()

    def _changes(self, most: int | None = None) -> Changes:
        now = sorted(self._records)[:most]
        outputs = [
            Output(self._topics.cases, one.encode(), _json(self.record(one)), 0)
            for one in now
            if one in self.memory.cases
        ]
        self._records.difference_update(now)
        return Changes(self._written(), outputs, more=bool(self._records))

    def record(self, anomaly_id: str) -> CaseRecord:
        """The public record of a case."""
        return self._look.record(anomaly_id)

    def steps(self, sink: str, way: Way, now: int) -> list[Step]:
        """What a sink has to do now, in the order in which it is to be told; at most one step a message and place."""
        if self._pending is None:
            self._pending = set(self.memory.gathering.bundles)
        found: list[Step] = []
        for bundle_id in list(self._pending):
            bundle = self.memory.gathering.bundles.get(bundle_id)
            if bundle is None:
                self._pending.discard(bundle_id)
                continue
            found += steps_of(bundle, sink, way, now)
        found.sort(key=lambda step: step.turn)
        return found

    @property
    def pending(self) -> AbstractSet[str]:
        """Ids of messages of which some place may be behind; all are asked for once first."""
        return frozenset() if self._pending is None else self._pending

    def settled(self, ways: Mapping[str, Way]) -> None:
        """Messages of which every place is told are not asked about again until they change."""
        bundles = self.memory.gathering.bundles
        for bundle_id in list(self._pending or ()):
            bundle = bundles.get(bundle_id)
            if self._pending is not None and (bundle is None or not is_behind(bundle, ways)):
                self._pending.discard(bundle_id)

    def behind(self, ways: Mapping[str, Way]) -> int:
        """Messages that some sink has not been told the newest of."""
        return sum(is_behind(bundle, ways) for bundle in self.memory.gathering.bundles.values())

    def bundle(self, bundle_id: str) -> Bundle | None:
        """A message."""
        return self.memory.gathering.bundles.get(bundle_id)

    def notice(self, bundle: Bundle, place: Place, reason: str | None, now: int) -> Notice:
        """A message as it is now, for a place."""
        return self._words.notice(bundle, place, reason, now)

    def claim(self, step: Step, now: int) -> Changes:
        """Proves, once committed, that nobody else has taken the partition; notes that a post is under way."""
        bundle = self.bundle(step.bundle)
        if bundle is not None and step.kind == "post":
            delivery = bundle.delivery(step.place)
            delivery.trying = now if delivery.trying is None else delivery.trying
            self.memory.note_bundle(bundle)
        return Changes({**self._written(), **self.memory.position_record()}, [])

    def note(self, bundle_id: str, place: Place, delivery: Delivery) -> Changes:
        """Remember where a message stands in a place."""
        bundle = self.bundle(bundle_id)
        if bundle is None:
            return Changes({}, [])
        before = bundle.deliveries.get(place_key(place))
        bundle.deliveries[place_key(place)] = delivery
        bundle.drop_said()
        self.memory.note_bundle(bundle)
        if before is None or (before.receipt, before.problem) != (
            delivery.receipt,
            delivery.problem,
        ):
            self._records.update(bundle.members)
        return self._changes(_MOST_RECORDS)

    def note_watch(self, watch: bytes) -> Changes:
        """Keep what was learned of the sources' rhythm."""
        self.memory.note_watch(watch)
        return self._changes()

    def tell_operator(self, text: str, now: int, sinks: Collection[str], rules: Rules) -> Changes:
        """Tell whoever runs the service what has to be mended, once a day at most for the same text."""
        operator.tell(self.memory, text, now, sinks, rules)
        return self._changes()

    def _forget(self, now: int) -> None:
        if now < self._forget_at:
            return
        self._forget_at = now + _FORGET_EVERY
        self._look.forget(now)
