"""What is heard on `alerts` and what it changes: cases, silences, planned events, sources. Pure."""

from collections.abc import Callable
from typing import Final

import msgspec

from alerting import inbox
from alerting.cases.acts import Act
from alerting.cases.case import Case
from alerting.cases.life import acted, heard
from alerting.cases.planned import planned_of
from alerting.cases.silence import PlannedEvent, Silence
from alerting.freshness import anomaly_of
from alerting.render.plain import plain
from stream.detect import hearing
from stream.kafka.topics import Topics
from stream.notify.memory import Memory
from stream.notify.words import Words
from stream.stage.core import Output

_JUDGES: Final = {"wrong", "right", "expected", "reopen"}


class Hearing:
    """Takes words in, in their order.

    Args:
        topics: names of the topics.
        partitions: of `charges`, where what people say of a series is heard; 0: nobody hears it.
        memory: what is known of all alerts.
        words: what is said in threads.
    """

    def __init__(
        self, topics: Topics, partitions: Callable[[], int], memory: Memory, words: Words
    ) -> None:
        self._topics = topics
        self._partitions = partitions
        self._memory = memory
        self._words = words
        self.changed: set[str] = set()  # anomalies that must be looked at

    def hear(self, one: inbox.Heard, now: int) -> list[Output]:
        """Take in one word; the records for other topics that come of it.

        Raises:
            ValueError: if a matcher in it cannot be read; nothing is changed then.
        """
        match one:
            case inbox.AnomalyHeard(anomaly):
                self._take(heard(self._memory.cases.get(anomaly.anomaly_id), anomaly, now))
            case inbox.ActHeard(act):
                return self._act(act, now)
            case inbox.SilenceHeard(silence):
                return self._silence(silence)
            case inbox.PlannedHeard(planned):
                return self._plan(planned)
            case inbox.SourceHeard():
                self._source(one, now)
        return []

    def _take(self, case: Case) -> None:
        anomaly_id = case.anomaly.anomaly_id
        if self._memory.cases.get(anomaly_id) is not case:
            self._memory.note_case(case)
            self.changed.add(anomaly_id)

    def _act(self, act: Act, now: int) -> list[Output]:
        before = self._memory.cases.get(act.anomaly_id)
        if before is None:
            who, what = plain(act.by.name), plain(act.anomaly_id)
            self._memory.unreadable.append(f"{act.kind} by {who}: there is no {what}")
            return []
        case = acted(before, act)
        if case is before:
            return []
        self._take(case)
        self._words.say_act(case, act)
        outputs: list[Output] = []
        if act.kind in _JUDGES:
            meant = planned_of(act, case) or self._memory.book.take_back(act.anomaly_id, now)
            outputs += [] if meant is None else self._plan_if_possible(meant)
        if self._partitions() and act.kind in _JUDGES:
            outputs += hearing.outputs(self._topics, self._partitions(), act, case.anomaly)
        return outputs

    def _silence(self, silence: Silence) -> list[Output]:
        self._memory.note_silence(silence)
        self.changed.update(self._memory.open_cases())
        value = inbox.encode(inbox.SilenceHeard(silence))
        return [Output(self._topics.silences, silence.silence_id.encode(), value, 0)]

    def _plan(self, planned: PlannedEvent) -> list[Output]:
        self._memory.note_planned(planned)
        self.changed.update(self._memory.open_cases())
        value = inbox.encode(inbox.PlannedHeard(planned))
        return [Output(self._topics.silences, planned.planned_id.encode(), value, 0)]

    def _plan_if_possible(self, planned: PlannedEvent) -> list[Output]:
        """A judgement counts as well where names are too long for the matchers of its event."""
        try:
            return self._plan(planned)
        except ValueError as error:
            self._memory.unreadable.append(f"{planned.name}, but of this anomaly only: {error}")
            return []

    def _source(self, one: inbox.SourceHeard, now: int) -> None:
        known = self._memory.sources.get(one.source)
        if known is not None and (known.stale, known.since) == (one.stale, one.since):
            return
        self._memory.note_source(one)
        anomaly = anomaly_of(one)
        before = self._memory.cases.get(anomaly.anomaly_id)
        if before is None and not one.stale:
            return
        revision = 1 if before is None else before.anomaly.revision + 1
        anomaly = msgspec.structs.replace(anomaly, revision=revision)
        self._take(heard(before, anomaly, now))
        self.changed.update(self._memory.open_cases())  # what it keeps quiet
