"""Feedback as lines of JSON."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from stream.alerts.feedback_lines import FeedbackLine, encode, line_of, lines_of
from tests.stream.alerts.records import OPENED, act, case


@given(
    kind=st.sampled_from(["expected", "wrong", "right"]),
    note=st.text(),
    until=st.none() | st.integers(0, 2**40),
    direction=st.sampled_from(["up", "down"]),
)
def test_what_is_written_is_read(kind: str, note: str, until: int | None, direction: str) -> None:
    """Whatever it says."""
    line = line_of(case(direction=direction, judged=act(kind, note=note, until=until)))
    assert line is not None
    assert msgspec.json.decode(encode(line), type=FeedbackLine) == line


def test_a_line_is_the_act_and_where_its_anomaly_is() -> None:
    """Flat, so that other programs read it easily."""
    line = line_of(case(judged=act("wrong", note="known")))
    assert line is not None
    assert json.loads(encode(line)) == {
        "act_id": "act-wrong",
        "anomaly_id": "A-EXAMPLE234",
        "kind": "wrong",
        "by": ["U1", "Ann", "slack"],
        "at": OPENED + 3600,
        "until": None,
        "note": "known",
        "series": "usage|search|OpenAI|production|usage|USD",
        "started_at": "2026-03-02T12:00:00Z",
        "direction": "up",
    }


def test_lines_are_in_the_order_in_which_they_were_said() -> None:
    """What nobody judged has no line."""
    cases = [case(judged=act("wrong", at=2)), case(judged=act("right", at=1)), case()]
    assert [line.kind for line in lines_of(cases)] == ["right", "wrong"]
