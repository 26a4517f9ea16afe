"""What people said of alerts, and what follows from it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.asked import USUAL, Asked
from detectors.errors import StateError
from detectors.feedback import KIND, LEAST, MOST, MOST_MARKS, VERSION, Feedback, FeedbackState, Mark
from detectors.verdict import Direction

DAY = 86_400
MONTHS = 45 * DAY

marks = st.lists(
    st.builds(
        Mark,
        started=st.integers(0, 40).map(lambda day: day * DAY),
        direction=st.sampled_from(["up", "down"]),
        right=st.booleans(),
        at=st.integers(0, 200).map(lambda day: day * DAY),
    ),
    max_size=30,
)


def _mark(day: int, *, right: bool = False, direction: Direction = "up") -> Mark:
    return Mark(day * DAY, direction, right, day * DAY)


def _said(*each: Mark) -> Feedback:
    said = Feedback()
    for mark in each:
        said = said.plus(mark)
    return said


@pytest.mark.parametrize(
    ("said", "rise"),
    [
        ((), 1.0),
        ((_mark(0),), 1.35),
        ((_mark(0), _mark(0)), 1.35),  # said twice of one anomaly
        ((_mark(0), _mark(0, right=True)), LEAST + 0.04),  # changed one's mind
        ((_mark(0), _mark(1)), 1.82),
        ((_mark(0), _mark(1, right=True)), 1.0),
        ((_mark(0, direction="down"),), 1.0),
        (tuple(map(_mark, range(10))), MOST),
        (tuple(_mark(day, right=True) for day in range(10)), LEAST),
    ],
)
def test_wrong_asks_for_more_and_right_for_less(said: tuple[Mark, ...], rise: float) -> None:
    """Each wrong a third more, each right as much less, within limits, the newest word of an anomaly alone."""
    assert _said(*said).asked(2 * DAY, USUAL).rise == pytest.approx(rise, rel=0.03)


def test_what_was_said_fades() -> None:
    """After 45 days half of it is left."""
    said = _said(_mark(0))
    full, half = (said.asked(time, USUAL).rise for time in (0, MONTHS))
    assert half == pytest.approx(full**0.5)
    assert said.asked(20 * MONTHS, USUAL).rise == pytest.approx(1.0, abs=1e-4)


def test_a_right_takes_away_what_the_series_asks_for_of_its_own() -> None:
    """Where an alert was right, being often unusual is no noise; a wrong only adds to it."""
    own = Asked(1.6, 1.2)
    assert _said(_mark(0)).asked(0, own).rise == pytest.approx(1.6 * 1.35)
    assert _said(_mark(0, right=True)).asked(0, own).rise == pytest.approx(1 / 1.35)
    assert _said(_mark(0, right=True)).asked(0, own).fall == 1.2
    assert Feedback().asked(0, own) == own


@given(marks, st.integers(0, 400), st.floats(1, 2.5))
def test_a_mark_moves_the_bar_its_way(given_marks: list[Mark], day: int, own: float) -> None:
    """Whatever was said before: a further wrong never lowers the bar, a right never raises it."""
    before, time, asked = _said(*given_marks), day * DAY, Asked(own, own)
    fresh = Mark(99 * DAY, "up", right=False, at=time)
    if len(before.marks) < MOST_MARKS:
        wrong = before.plus(fresh).asked(time, asked)
        right = before.plus(msgspec.structs.replace(fresh, right=True)).asked(time, asked)
        usual = before.asked(time, asked)
        assert right.rise <= usual.rise + 1e-9
        assert usual.rise <= wrong.rise + 1e-9
        assert wrong.fall == usual.fall == right.fall


@given(marks)
def test_it_is_taken_back_without_a_trace(given_marks: list[Mark]) -> None:
    """As if it had never been said; saved and restored it is the same."""
    said = _said(*given_marks[: MOST_MARKS - 1])
    assert said.plus(_mark(99)).minus(99 * DAY, "up") == said
    assert Feedback.from_bytes(said.to_bytes()) == said
    assert len(_said(*given_marks).marks) <= MOST_MARKS
    assert len(said.to_bytes()) <= 512


@pytest.mark.parametrize(
    "data",
    [
        b"\xc1",
        msgspec.msgpack.encode([KIND, VERSION + 1, []]),
        msgspec.msgpack.encode([KIND, VERSION, [[0, "sideways", True, 0]]]),
        msgspec.msgpack.encode(FeedbackState(KIND, VERSION, (_mark(1),) * (MOST_MARKS + 1))),
        msgspec.msgpack.encode(
            FeedbackState(KIND, VERSION, (Mark(0, "up", right=True, at=1 << 63),))
        ),
    ],
)
def test_an_impossible_state_is_refused(data: bytes) -> None:
    """What nobody can have said raises `StateError`."""
    with pytest.raises(StateError):
        Feedback.from_bytes(data)
