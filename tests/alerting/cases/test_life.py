"""The life of a case: what revisions and people make of it."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from cases_examples import BOB, HOUR, T0, act, case, moment, recovered, revised

from alerting.cases.acts import Act
from alerting.cases.case import Case, CaseState
from alerting.cases.life import MOST_HAPPENINGS, acted, heard, state_of


def kinds(one: Case) -> list[str]:
    return [happened.kind for happened in one.history]


OVER = revised(2, state="resolved")
GONE = revised(2, state="retracted")


@pytest.mark.parametrize(
    ("told", "history"),
    [
        ([revised()], ["opened"]),
        ([revised(state="resolved")], ["opened", "resolved"]),
        ([revised(), revised(2, "70")], ["opened"]),
        ([revised(), revised(2, "120")], ["opened", "doubled"]),
        ([revised(), revised(2, "119.99")], ["opened"]),
        ([revised(), revised(2, "120"), revised(3, "200")], ["opened", "doubled"]),
        ([revised(), revised(2, "120"), revised(3, "240")], ["opened", "doubled", "doubled"]),
        (
            [revised(), revised(2, "120"), revised(3, "70"), revised(4, "130")],
            ["opened", "doubled"],
        ),
        ([revised(), revised(2, severity="high")], ["opened", "worse"]),
        ([revised(severity="high"), revised(2, severity="low")], ["opened"]),
        ([revised(), revised(2, "120", severity="critical")], ["opened", "worse", "doubled"]),
        ([revised(), recovered()], ["opened", "recovered"]),
        ([revised(), recovered(), recovered(3)], ["opened", "recovered"]),
        ([revised(), recovered(), revised(3)], ["opened", "recovered", "reopened"]),
        (
            [revised(), recovered(), revised(3, "500", severity="high")],
            ["opened", "recovered", "reopened", "worse"],
        ),
        (
            [revised(), recovered(), revised(3, state="resolved")],
            ["opened", "recovered", "resolved"],
        ),
        ([revised(), OVER], ["opened", "resolved"]),
        ([revised(), OVER, revised(3, "70", state="resolved")], ["opened", "resolved"]),
        ([revised(), OVER, revised(3, state="retracted")], ["opened", "resolved", "retracted"]),
        ([revised(), GONE], ["opened", "retracted"]),
        ([revised(), GONE, revised(3)], ["opened", "retracted", "reopened"]),
        (
            [revised(), GONE, revised(3, state="resolved")],
            ["opened", "retracted", "resolved"],
        ),
        ([revised(impact="-60", direction="down"), revised(2, "-120")], ["opened", "doubled"]),
        ([revised(impact="0"), revised(2, "50")], ["opened"]),
    ],
)
def test_history(told: list[Any], history: list[str]) -> None:
    """A revision that changes how it stands is in the history; one that only counts on is not."""
    assert history == kinds(case(*told))


@pytest.mark.parametrize("number", [1, 2])
def test_a_revision_that_is_not_newer_changes_nothing(number: int) -> None:
    """Revisions may come twice, and an old one after a new one."""
    one = case(revised(), revised(2, "120"))

    assert one == heard(one, revised(number, "999", severity="critical"), T0 + 999)


def test_revisions_of_another_anomaly_change_nothing() -> None:
    """A case is of one anomaly."""
    assert case() == heard(case(), revised(7, anomaly_id="A-OTHER"), T0 + 9)
    assert case() == acted(case(), act("wrong", anomaly_id="A-OTHER"))


@dataclass
class Row:
    """A case, when it is looked at, and what it is then."""

    happened: tuple[Any, ...]
    state: CaseState
    after: int = 600


SNOOZE = act("snooze", until=T0 + HOUR)
EXPECTED = act("expected", until=T0 + HOUR)
ACK = act("acknowledge")

STATES = [
    Row((revised(),), "opened"),
    Row((revised(), revised(2, "71.99")), "opened"),
    Row((revised(), revised(2, "72")), "growing"),
    Row((revised(impact="0"), revised(2, "72")), "opened"),
    Row((revised(), ACK), "acknowledged"),
    Row((revised(), revised(2, "500"), ACK), "acknowledged"),
    Row((revised(), SNOOZE), "snoozed"),
    Row((revised(), ACK, SNOOZE), "snoozed"),
    Row((revised(), SNOOZE), "opened", HOUR),
    Row((revised(), ACK, SNOOZE), "acknowledged", HOUR),
    Row((revised(), act("snooze")), "snoozed", 999 * HOUR),
    Row((revised(), EXPECTED), "expected"),
    Row((revised(), EXPECTED), "opened", HOUR),
    Row((revised(), act("expected")), "expected", 999 * HOUR),
    Row((revised(), act("wrong")), "wrong"),
    Row((revised(), act("wrong", until=T0 + 70)), "wrong"),
    Row((revised(), act("right")), "opened"),
    Row((revised(), act("wrong"), act("right", 61)), "opened"),
    Row((revised(), act("wrong"), act("expected", 61)), "expected"),
    Row((revised(), act("wrong"), act("reopen", 61)), "reopened"),
    Row((revised(), recovered()), "recovered"),
    Row((revised(), ACK, recovered()), "recovered"),
    Row((revised(), recovered(), SNOOZE), "recovered"),
    Row((revised(), recovered(), act("wrong")), "wrong"),
    Row((revised(), recovered(), revised(3)), "reopened"),
    Row((revised(), recovered(), revised(3), revised(4, "72")), "growing"),
    Row((revised(), recovered(), revised(3, "500")), "reopened"),
    Row((revised(), ACK, recovered(), revised(3)), "acknowledged"),
    Row((revised(), GONE, revised(3)), "reopened"),
    Row((revised(), ACK, act("reopen", 61)), "reopened"),
    Row((revised(), act("reopen")), "opened"),
    Row((revised(), OVER), "resolved"),
    Row((revised(), act("wrong"), OVER), "resolved"),
    Row((revised(), GONE), "retracted"),
]


@pytest.mark.parametrize("row", STATES, ids=lambda row: row.state)
def test_state(row: Row) -> None:
    """Over before judged, judged before normal, normal before who is on it, that before how it grows."""
    assert row.state == state_of(case(*row.happened), T0 + row.after)


def test_history_names_who_did_what() -> None:
    """An act is in the history with its person, its words and its end."""
    (_, done) = case(revised(), act("snooze", by=BOB, note="later", until=T0 + HOUR)).history

    assert (
        done.kind,
        done.at,
        done.by,
        done.note,
        done.until,
    ) == ("snooze", T0 + 60, BOB, "later", T0 + HOUR)


@pytest.mark.parametrize("kind", ["acknowledge", "snooze", "expected", "wrong", "right"])
def test_the_same_act_counts_once(kind: Any) -> None:
    """It may be heard again, also after others; and who clicks twice does one thing."""
    done = act(kind)
    one = case(revised(), done)

    assert one == acted(one, done)
    assert one == acted(one, msgspec.structs.replace(done, act_id="another", at=T0 + 61))
    later = acted(one, act("reopen", 90))
    assert later == acted(later, done)


def test_judgements_replace_one_another() -> None:
    """The newest of expected, wrong and right counts."""
    judged = [act("wrong"), act("right", 61), act("expected", 62)]

    one = case(revised(), *judged)

    assert judged[-1] == one.judged
    assert kinds(one) == ["opened", "wrong", "right", "expected"]


def test_reopen_takes_back_what_people_did() -> None:
    """As if nobody had done anything, but the history keeps it."""
    one = case(revised(), ACK, SNOOZE, EXPECTED, act("reopen", 90))

    assert (one.acknowledged, one.snoozed, one.judged) == (None, None, None)
    assert kinds(one) == ["opened", "acknowledge", "snooze", "expected", "reopen"]


def test_history_is_bounded() -> None:
    """The first and the newest are kept."""
    acts: list[Act] = [act("right" if n % 2 else "wrong", n) for n in range(200)]

    one = case(revised(), *acts)

    assert len(one.history) == MOST_HAPPENINGS
    assert (
        one.history[0].kind,
        one.history[1].at,
        one.history[-1].at,
    ) == ("opened", T0 + 151, T0 + 199)


def test_survives_storage() -> None:
    """A case is the same after it was written and read."""
    one = case(
        revised(), ACK, SNOOZE, act("wrong", by=BOB), revised(2, "120.5", recovered_at=moment(9))
    )

    assert one == msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=Case)
    assert one == msgspec.json.decode(msgspec.json.encode(one), type=Case)
