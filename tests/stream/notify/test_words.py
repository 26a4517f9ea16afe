"""Words that make no sense: each is passed over with a line, and all others count."""

from decimal import Decimal
from typing import Any

import pytest

from alerting import inbox
from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.silence import PlannedEvent, Silence
from stream.notify.look import Look
from tests.stream.notify.board import ANN, START, Board
from tests.stream.notify.test_telling import HOUR, one, resolved

FAR = 10**17  # seconds; no calendar goes so far


def planned(**changes: Any) -> inbox.PlannedHeard:
    said: dict[str, Any] = {
        "planned_id": "P-1",
        "name": "Load test",
        "matchers": ("team=search",),
        "starts_at": START - 9 * HOUR,
        "ends_at": START + 9 * HOUR,
        "by": ANN,
        "comment": "",
        "created_at": START,
    }
    return inbox.PlannedHeard(PlannedEvent(**{**said, **changes}))


def silence(**changes: Any) -> inbox.SilenceHeard:
    said: dict[str, Any] = {
        "silence_id": "S-1",
        "matchers": ("team=search",),
        "starts_at": START - 9,
        "ends_at": START + 9 * HOUR,
        "by": ANN,
        "comment": "",
        "created_at": START,
    }
    return inbox.SilenceHeard(Silence(**{**said, **changes}))


def snooze(until: int) -> inbox.ActHeard:
    return inbox.ActHeard(
        Act(act_id="1", anomaly_id="A-1", kind="snooze", by=ANN, at=START, until=until)
    )


@pytest.mark.parametrize(
    "word",
    [
        planned(amount_per_day=Decimal("NaN")),
        planned(amount_per_day=Decimal("sNaN")),
        planned(ends_at=FAR),
        silence(ends_at=FAR),
        silence(starts_at=-FAR),
        silence(matchers=()),
        silence(matchers=("team=~(",)),
        snooze(FAR),
        inbox.SourceHeard(source="usage", stale=True, since=1, usually_every=60, at=FAR),
    ],
)
def test_a_word_without_sense_is_passed_over(word: inbox.Heard) -> None:
    """What nobody can reckon with neither keeps anything quiet nor keeps anything from being told."""
    board = Board()
    board.hear(one("A-1"), word, one("A-2", service="x"))
    board.run(5)
    board.restart()
    board.hear(resolved("A-1"))
    board.run(5)

    assert [told.key for told in board.slack.told] == ["A-1", "A-2"]
    assert "Resolved" in board.message("A-1").versions[-1]


def test_a_judgement_counts_where_names_are_too_long_for_matchers() -> None:
    """Expected until a day is said of this anomaly, and heard by its series, although no event can be made of it."""
    board = Board()
    board.hear(one(service="x" * 2000))
    board.run()
    board.act("A-1", "expected", until=START + 24 * HOUR)
    board.run()

    assert board.case("A-1").state == "expected"
    assert [output.topic for output in board.partition.outputs].count("charges") == 1


def test_a_case_that_cannot_be_looked_at_keeps_no_other_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is wrong with one, all others are told, and the log has one line of it."""
    labels = Look._show

    def breaks(look: Look, case: Any, *rest: Any) -> bool:
        if case.anomaly.anomaly_id == "A-1":
            raise ArithmeticError("of a bug")
        return labels(look, case, *rest)

    monkeypatch.setattr(Look, "_show", breaks)
    board = Board()
    board.hear(one("A-1"), one("A-2", service="x"))
    core = board.partition.inside
    for second in range(60):
        core.tick(START + second, ["slack"])

    assert core.unreadable == ["A-1 cannot be told: ArithmeticError('of a bug')"]
    board.run(5)
    assert "A-2" in [told.key for told in board.slack.told]


def test_what_fires_is_known_before_anything_is_told_after_a_restart() -> None:
    """An anomaly that keeps an older one quiet does so at once, however many there are to look at."""
    board = Board()
    falls: Anomaly = one("A-0", direction="down", impact=-60)
    board.hear(silence(ends_at=START + HOUR), falls)
    board.hear(*(one(f"A-{n}", service=f"s{n}") for n in range(1, 700)))
    board.run(60, step=1)
    stale = inbox.SourceHeard(
        source="usage", stale=True, since=START - HOUR, usually_every=60, at=START
    )
    board.hear(stale)
    board.run(10, step=1)
    board.now += 2 * HOUR  # the silence ends while nobody works
    board.restart()
    board.run(30, step=1)

    quiet = board.case("A-0").quiet
    assert quiet is not None
    assert quiet.kind == "inhibited"
    notices = [told.notice for told in board.slack.told if told.notice is not None]
    assert all(falls.anomaly_id not in {a.anomaly_id for a in n.anomalies} for n in notices)
