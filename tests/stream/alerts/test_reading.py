"""What the topics `cases` and `silences` hold: the newest of a key counts."""

import msgspec

from alerting.inbox import PlannedHeard, SilenceHeard
from stream.alerts.reading import Beforehand, Cases
from tests.stream.alerts.records import case, planned, silence

encode = msgspec.json.encode


def test_the_newest_record_of_a_case_counts() -> None:
    """Whatever came before."""
    cases = Cases()
    cases.take(b"A-EXAMPLE234", encode(case()))
    cases.take(b"A-EXAMPLE234", encode(case(state="acknowledged")))
    cases.take(b"A-OTHER", encode(case(anomaly_id="A-OTHER")))
    cases.take(b"A-OTHER", None)
    assert cases.by_id == {"A-EXAMPLE234": case(state="acknowledged")}


def test_silences_and_planned_events_come_on_one_topic() -> None:
    """Told apart by what they say."""
    said = Beforehand()
    said.take(b"S-AAAABBBB22", encode(SilenceHeard(silence())))
    said.take(b"P-CCCCDDDD33", encode(PlannedHeard(planned())))
    said.take(b"S-AAAABBBB22", encode(SilenceHeard(silence(comment="longer"))))
    assert said.silences == {"S-AAAABBBB22": silence(comment="longer")}
    assert said.planned == {"P-CCCCDDDD33": planned()}
    said.take(b"P-CCCCDDDD33", None)
    assert said.planned == {}


def test_what_cannot_be_read_is_noted() -> None:
    """And the rest is read."""
    cases, said = Cases(), Beforehand()
    cases.take(b"A-1", b"{}")
    cases.take(None, encode(case()))
    said.take(b"S-1", b"not json")
    assert len(cases.by_id) == 1
    assert cases.unreadable[0].startswith("A-1: ")
    assert said.unreadable[0].startswith("S-1: ")
