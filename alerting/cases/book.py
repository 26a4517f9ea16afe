"""The book of what people said beforehand: silences and planned events, by id."""

from collections.abc import Mapping
from typing import Final

from alerting.anomaly import Anomaly
from alerting.cases.matched import Matched
from alerting.cases.planned import covers, planned_id_of, taken_back
from alerting.cases.silence import PlannedEvent, Silence
from config.matchers import LabelMatcher, parse

_KEPT: Final = 7 * 86_400  # seconds after its end: until then it says why something was quiet


class Book:
    """Silences and planned events as they are now. What is put again under its id replaces what was there."""

    def __init__(self) -> None:
        self._silences: Matched[Silence] = Matched()
        self._planned: Matched[PlannedEvent] = Matched()

    def put(self, silence: Silence) -> None:
        """Take a silence in.

        Raises:
            ValueError: if a matcher cannot be read, or there is none; the book is then as before.
        """
        self._silences.put(silence.silence_id, silence, _parsed(silence.matchers))

    def plan(self, event: PlannedEvent) -> None:
        """Take a planned event in.

        Raises:
            ValueError: if a matcher cannot be read, or there is none; the book is then as before.
        """
        self._planned.put(event.planned_id, event, _parsed(event.matchers))

    def silenced(self, labels: Mapping[str, str], now: int) -> Silence | None:
        """The silence that keeps these labels quiet at a moment; of several the one that ends last."""
        found = [
            silence
            for silence in self._silences.that_match(labels)
            if silence.starts_at <= now < silence.ends_at
        ]
        return max(found, key=lambda one: (one.ends_at, one.silence_id), default=None)

    def planned(
        self,
        anomaly: Anomaly,
        labels: Mapping[str, str],
        now: int,  # noqa: ARG002 - an event is about event time; callers need not know that
    ) -> PlannedEvent | None:
        """The planned event that covers an anomaly (`alerting.cases.planned`); of several the one that ends last."""
        found = [event for event in self._planned.that_match(labels) if covers(event, anomaly)]
        return max(found, key=lambda one: (one.ends_at, one.planned_id), default=None)

    def take_back(self, anomaly_id: str, now: int) -> PlannedEvent | None:
        """End the event that was made of a judgement, as the judgement was changed or taken back.

        Returns:
            The event as it is now, to be kept; None if there is none that lasts.
        """
        known = self._planned.get(planned_id_of(anomaly_id))
        if known is None or known.starts_at >= known.ends_at:
            return None
        ended = taken_back(known, now)
        self.plan(ended)
        return ended

    def active(self, now: int) -> tuple[Silence | PlannedEvent, ...]:
        """What holds at a moment, the first to end first."""
        everything: list[Silence | PlannedEvent] = [
            *self._silences,
            *self._planned,
        ]
        return tuple(
            sorted(
                (one for one in everything if one.starts_at <= now < one.ends_at),
                key=lambda one: (one.ends_at, id_of(one)),
            )
        )

    def forget(self, now: int) -> tuple[str, ...]:
        """Forget what ended a week ago.

        Returns:
            The ids, so that what is kept of them can be deleted.
        """
        self._silences.forget_answers()
        self._planned.forget_answers()
        silences = [id_of(one) for one in self._silences if now - one.ends_at >= _KEPT]
        events = [id_of(one) for one in self._planned if now - one.ends_at >= _KEPT]
        for key in silences:
            self._silences.remove(key)
        for key in events:
            self._planned.remove(key)
        return (*silences, *events)


def id_of(one: Silence | PlannedEvent) -> str:
    """The id under which it is known."""
    return one.silence_id if isinstance(one, Silence) else one.planned_id


def _parsed(matchers: tuple[str, ...]) -> tuple[LabelMatcher, ...]:
    if not matchers:
        raise ValueError("there is no matcher: it would keep everything quiet")
    return tuple(parse(text) for text in matchers)
