"""Whether a worker has taken up what was said."""

import msgspec
import pytest

from alerting.cases.acts import Act
from alerting.cases.case import Happening
from alerting.cases.record import CaseRecord
from alerting.inbox import PlannedHeard, SilenceHeard
from stream.alerts.noting import ActsShown, SaidShown, shows, stands
from tests.stream.alerts.records import ANN, BOB, OPENED, act, case, planned, silence

REOPENED = act("reopen", by=BOB)


@pytest.mark.parametrize(
    ("record", "done", "expected"),
    [
        (case(acknowledged=act()), act(), True),
        (case(snoozed=act("snooze")), act("snooze"), True),
        (case(judged=act("wrong")), act("wrong"), True),
        (case(), act(), False),
        (case(acknowledged=act(act_id="of before")), act(), False),
        (case(history=(Happening("reopen", REOPENED.at, BOB),)), REOPENED, True),
        (case(history=(Happening("reopen", REOPENED.at, ANN),)), REOPENED, False),
        (case(history=(Happening("reopen", OPENED, BOB),)), REOPENED, False),
    ],
)
def test_a_case_shows_an_act(record: CaseRecord, done: Act, *, expected: bool) -> None:
    """As the newest of its kind, or in its history."""
    assert shows(record, done) is expected


def test_all_acts_must_be_shown() -> None:
    """Each by its own anomaly; other cases and what cannot be read are passed over."""
    first, second = act(), act(anomaly_id="A-OTHER", act_id="2")
    waiting = ActsShown([first, second], {})
    shown = case(anomaly_id="A-OTHER", acknowledged=second)
    assert not waiting.take(b"nonsense")
    assert not waiting.take(msgspec.json.encode(case(anomaly_id="A-THIRD", acknowledged=first)))
    assert not waiting.take(msgspec.json.encode(shown))
    assert waiting.take(msgspec.json.encode(case(acknowledged=first)))
    assert waiting.cases["A-OTHER"] == shown


def test_silences_must_be_shown_as_they_were_said() -> None:
    """One of before under the same id does not count."""
    waiting = SaidShown([SilenceHeard(silence()), PlannedHeard(planned())])
    assert not waiting.take(msgspec.json.encode(PlannedHeard(planned())))
    assert not waiting.take(msgspec.json.encode(SilenceHeard(silence(comment="before"))))
    assert waiting.take(msgspec.json.encode(SilenceHeard(silence())))


@pytest.mark.parametrize(
    ("record", "done", "expected"),
    [
        (case(acknowledged=act(act_id="before")), act(), True),
        (case(acknowledged=act(act_id="before", note="mine")), act(), False),
        (case(acknowledged=act(by=BOB)), act(), False),
        (case(snoozed=act("snooze", until=1)), act("snooze", until=2), False),
        (case(judged=act("wrong")), act("right"), False),
        (case(), act("reopen"), True),
        (case(judged=act("wrong")), act("reopen"), False),
    ],
)
def test_what_stands_already_is_not_waited_for(
    record: CaseRecord, done: Act, *, expected: bool
) -> None:
    """A worker writes nothing of an act that changes nothing."""
    assert stands(record, done) is expected
    waiting = ActsShown([done], {record.anomaly.anomaly_id: record})
    assert waiting.is_all is expected
    assert (waiting.cases == {"A-EXAMPLE234": record}) is expected
