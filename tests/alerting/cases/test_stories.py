"""What holds of any story of revisions, acts, silences and time, as one place hears it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from cases_examples import LABELS, T0, act, moment, revised, silence
from hypothesis import given
from hypothesis import strategies as st

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, ActKind
from alerting.cases.book import Book
from alerting.cases.case import Case, Said
from alerting.cases.life import acted, heard, state_of
from alerting.cases.quiet import quiet_of
from alerting.cases.silence import Silence
from alerting.cases.telling import decide, remembered

OVER: Final = ("resolved", "retracted")
Event = Anomaly | Act | Silence | None


@dataclass
class Place:
    """Hears a story, and keeps what it tells."""

    repeat: int | None
    book: Book = field(default_factory=Book)
    case: Case | None = None
    said: Said | None = None
    told: list[tuple[int, str, str]] = field(default_factory=list)  # when, why, and what state then
    was_loud: bool = False  # at any moment of its life

    def hear(self, event: Event, now: int) -> None:
        """An event, and what is to be told after it."""
        match event:
            case Anomaly():
                self.case = heard(self.case, event, now)
            case Act() if self.case is not None:
                self.case = acted(self.case, event)
            case Silence():
                self.book.put(event)
        if self.case is not None:
            self._tell(self.case, now)

    def _tell(self, one: Case, now: int) -> None:
        quiet = quiet_of(one, LABELS, self.book, None, None, now)
        is_held = quiet is not None and quiet.kind != "acknowledged"
        self.was_loud |= not is_held and (one.anomaly.state == "open" or self.said is None)
        reason = decide(self.said, one, quiet, now, self.repeat)
        self.said = remembered(self.said, one, reason, now)
        if reason is not None:
            self.told.append((now, reason, state_of(one, now)))
            again = decide(self.said, one, quiet, now, self.repeat)
            assert again is None, f"{reason}, and then {again} at the same moment"


times = st.integers(-600, 7200)


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[int, Event]]:
    """Events and when they are heard; an anomaly that is over may come back, and is over in the end."""
    events: list[tuple[int, Event]] = []
    now, number = T0, 0
    for _ in range(draw(st.integers(1, 25))):
        now += draw(st.integers(0, 1800))
        kind = draw(st.sampled_from(["revision", "revision", "act", "silence", "time", "old"]))
        if kind == "revision" or number == 0:
            number += 1
            events.append((now, draw(revisions(number))))
        elif kind == "old":
            events.append((now, draw(revisions(draw(st.integers(1, number))))))
        elif kind == "act":
            events.append((now, draw(acts(now))))
        elif kind == "silence":
            events.append((now, draw(silences(now))))
        else:
            events.append((now, None))
    events.append((now, revised(number + 1, state=draw(st.sampled_from(OVER)))))
    return events


@st.composite
def revisions(draw: st.DrawFn, number: int) -> Anomaly:
    state = draw(st.sampled_from(["open"] * 5 + ["resolved", "retracted"]))
    changes: dict[str, Any] = {"state": state}
    if state == "open" and draw(st.booleans()):
        changes["recovered_at"] = moment(60)
    changes["severity"] = draw(st.sampled_from(["low", "medium", "high", "critical"]))
    return revised(number, str(draw(st.integers(0, 500))), **changes)


@st.composite
def acts(draw: st.DrawFn, now: int) -> Act:
    kinds: list[ActKind] = ["acknowledge", "snooze", "expected", "wrong", "right", "reopen"]
    until = draw(st.none() | times.map(lambda after: now + after))
    return act(
        draw(st.sampled_from(kinds)),
        act_id=f"act-{draw(st.integers(0, 30))}",
        at=now,
        until=until,
    )


@st.composite
def silences(draw: st.DrawFn, now: int) -> Silence:
    starts = now + draw(times)
    return silence(
        silence_id=draw(st.sampled_from("ab")), starts_at=starts, ends_at=starts + draw(times)
    )


repeats = st.none() | st.integers(0, 5000)


def played(story: list[tuple[int, Event]], repeat: int | None) -> Place:
    place = Place(repeat)
    for now, event in story:
        place.hear(event, now)
    return place


@given(stories(), repeats)
def test_a_story_is_told_the_same_again(story: list[tuple[int, Event]], repeat: int | None) -> None:
    """Played again, with each thing heard twice and all of it written and read between, nothing differs."""
    once, again = played(story, repeat), Place(repeat)
    for now, event in story:
        for _ in range(2):
            again.hear(event, now)
            again.case = msgspec.msgpack.decode(
                msgspec.msgpack.encode(again.case), type=Case | None
            )
            again.said = msgspec.json.decode(msgspec.json.encode(again.said), type=Said | None)

    assert (once.case, once.said, once.told) == (again.case, again.said, again.told)


@given(stories(), repeats)
def test_what_was_told_as_open_is_closed_once(
    story: list[tuple[int, Event]], repeat: int | None
) -> None:
    """After each opening that was told exactly one end is told, whatever was quiet meanwhile."""
    for stretch in stretches(played(story, repeat).told):
        ends = [reason for _, reason, _ in stretch if reason in OVER]
        first_says_it = stretch[0][2] in OVER

        assert len(ends) == (0 if first_says_it else 1), stretch
        assert not ends or stretch[-1][1] in OVER, stretch


def stretches(told: list[tuple[int, str, str]]) -> Iterator[list[tuple[int, str, str]]]:
    """What was told, from one opening, or opening again after an end, to the next."""
    current: list[tuple[int, str, str]] = []
    for one in told:
        if current and current[-1][2] in OVER:
            yield current
            current = []
        current.append(one)
    if current:
        yield current


@given(stories(), repeats)
def test_nothing_is_told_twice_at_a_moment(
    story: list[tuple[int, Event]], repeat: int | None
) -> None:
    """The same reason is never given twice at the same moment, unless something came between."""
    place = Place(repeat)
    for now, event in story:
        before = len(place.told)
        place.hear(event, now)
        place.hear(None, now)
        assert len(place.told) <= before + 1


@given(stories(), repeats)
def test_what_is_quiet_all_along_is_never_told(
    story: list[tuple[int, Event]], repeat: int | None
) -> None:
    """Under a silence from before its begin to after its end not a word is said, and none when it ends."""
    place = Place(repeat)
    last = story[-1][0]
    place.book.put(silence(silence_id="all", starts_at=T0 - 1, ends_at=last + 1))
    for now, event in story:
        place.hear(event, now)
    for later in (1, 60, 86_400):
        place.hear(None, last + later)

    assert place.told == []


@given(stories(), repeats)
def test_only_what_was_loud_is_told(story: list[tuple[int, Event]], repeat: int | None) -> None:
    """Whatever keeps it quiet and in whatever order: who never had a loud moment was never told of."""
    place = played(story, repeat)

    assert place.was_loud or place.told == []
