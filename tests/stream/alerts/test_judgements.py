"""What people judged, and what it does."""

import pytest

from detectors.feedback import LEAST
from stream.alerts.judgements import effect, judgement_row, judgements
from tests.stream.alerts.records import HOUR, OPENED, act, case

DAY = 24 * HOUR


def test_a_wrong_asks_for_more_evidence_and_fades() -> None:
    """By a third at first, by half as much after 45 days, by less than a twentieth after 118."""
    wrong = case(judged=act("wrong", at=OPENED))
    factors = [judgements([wrong], OPENED + days * DAY)[0].factor for days in (0, 45, 118)]
    assert factors == pytest.approx([1.35, 1.162, 1.05], abs=0.001)
    fades_at = judgements([wrong], OPENED)[0].fades_at
    assert fades_at is not None
    assert (fades_at - OPENED) / DAY == pytest.approx(118, abs=0.1)
    assert judgements([wrong], OPENED + 118 * DAY)[0].fades_at is None


def test_judgements_of_a_series_count_together() -> None:
    """In their direction only; another series has its own."""
    said = [
        case(
            anomaly_id="1",
            started_at=case().anomaly.started_at.replace(hour=hour),
            judged=act("right", at=OPENED + 1 + hour),
        )
        for hour in range(3)
    ]
    other = case(anomaly_id="2", series="another", judged=act("wrong", at=OPENED))
    down = case(anomaly_id="3", direction="down", judged=act("wrong", at=OPENED - 1))
    found = judgements([*said, other, down], OPENED + 10)
    assert [one.factor for one in found] == pytest.approx([LEAST] * 3 + [1.35] * 2, abs=0.001)


def test_expected_moves_no_evidence() -> None:
    """It teaches the level, or plans until a moment."""
    for_good, until = act("expected"), act("expected", until=OPENED + 2 * HOUR)
    one, two = (judgements([case(judged=said)], OPENED)[0] for said in (for_good, until))
    assert one.factor is None
    assert effect(one, OPENED) == "its level is usual from then on"
    assert effect(two, OPENED).startswith("planned until 2026-03-02")
    assert effect(two, OPENED + DAY).startswith("planned to its end at 2026-03-02")


def test_the_newest_come_first_and_others_are_left_out() -> None:
    """What nobody judged is no judgement."""
    found = judgements(
        [case(), case(judged=act("wrong", at=1)), case(anomaly_id="2", judged=act("right", at=2))],
        3,
    )
    assert [one.act.kind for one in found] == ["right", "wrong"]


def test_an_effect_is_said_in_words() -> None:
    """With when it is as good as forgotten."""
    wrong = [case(judged=act("wrong", at=OPENED))]
    one, later = judgements(wrong, OPENED)[0], judgements(wrong, OPENED + 900 * DAY)[0]
    assert effect(one, OPENED) == "asks 1.35 times the evidence for rises; until about 2026-06-28"
    assert effect(later, OPENED) == "asks 1.00 times the evidence for rises; faded"


def test_a_row_for_programs_is_complete() -> None:
    """Its names are part of what programs rely on."""
    row = judgement_row(judgements([case(judged=act("wrong", at=OPENED, note="known"))], OPENED)[0])
    assert row == {
        "anomaly_id": "A-EXAMPLE234",
        "series": "usage|search|OpenAI|production|usage|USD",
        "team": "search",
        "service": "OpenAI",
        "direction": "up",
        "started_at": "2026-03-02T12:00:00Z",
        "said": "wrong",
        "by": "Ann",
        "via": "slack",
        "at": "2026-03-02T15:00:00Z",
        "until": None,
        "reason": "known",
        "evidence_factor": 1.35,
        "fades_at": "2026-06-28T13:28:03Z",
    }
