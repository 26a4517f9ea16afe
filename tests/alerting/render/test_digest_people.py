"""What the digest says of anomalies among people."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from alerting_examples import NOON, spend
from cases_examples import BOB, HOUR, T0, act, acted_record, case_record, moment, revised

from alerting.anomaly import Anomaly
from alerting.cases.record import CaseRecord, Quiet
from alerting.digest import Digest, build_digest
from alerting.render.console import console_text
from alerting.render.digest import digest_csv, render_digest
from config.digest import DigestRules

DAY: date = NOON.date()
RULES = DigestRules(channel="#finops")


def digest(anomalies: list[Anomaly], *cases: CaseRecord) -> Digest:
    return build_digest(DAY, [spend("5")], anomalies, RULES, cases)


def shown(anomalies: list[Anomaly], *cases: CaseRecord) -> str:
    return console_text(render_digest(digest(anomalies, *cases)), "#finops", 400)


def line(text: str, anomaly_id: str = "A-EXAMPLE234") -> str:
    return next(one for one in text.splitlines() if anomaly_id in one)


def quiet(kind: Any, **changes: Any) -> Quiet:
    return msgspec.structs.replace(Quiet(kind=kind, by="S-1"), **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"acknowledged": act("acknowledge", note="on it")}, "acknowledged by Ann: on it"),
        ({"acknowledged": act("acknowledge", by=BOB)}, "acknowledged by Bob"),
        ({"judged": act("wrong", note="a tag")}, "judged wrong by Ann: a tag"),
        ({"judged": act("right")}, "confirmed by Ann"),
        ({"judged": act("right"), "acknowledged": act("acknowledge")}, "acknowledged by Ann"),
        ({"judged": act("expected", note="launch")}, "expected, says Ann: launch"),
        (
            {"judged": act("expected", until=T0 + HOUR)},
            "expected until 2026-03-02 13:00 UTC, says Ann",
        ),
        (
            {"quiet": quiet("silenced", who="Bob", note="deploy", until=T0 + HOUR)},
            "silenced by Bob until 2026-03-02 13:00 UTC: deploy",
        ),
        ({"quiet": quiet("snoozed", by="Ann", until=T0 + HOUR)}, "snoozed by Ann until 2026-03-02 13:00 UTC"),
        ({"quiet": quiet("inhibited", by="A-OTHER")}, "follows from A-OTHER"),
        ({"quiet": quiet("muted", by="weekends")}, "muted by weekends"),
        ({"quiet": quiet("acknowledged", by="Ann")}, None),
        ({"judged": act("wrong", note="x\n*y*\x1b[0m"), "quiet": quiet("muted")}, "judged wrong by Ann: x *y*[0m"),
    ],
)  # fmt: skip
def test_each_line_says_what_people_did(changes: dict[str, Any], said: str | None) -> None:
    """Who did what, and their words, on one harmless line."""
    text = line(shown([revised()], case_record(**changes)))

    words = ["▲ rose +$60.00", "search", "OpenAI", "open, medium", "A-EXAMPLE234"]
    if said is not None:
        words[3] += f", {said}"
    assert " · ".join(words) in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"channel": "new"}, "▲ new +$60.00"),
        ({"channel": "ended", "direction": "down", "impact": Decimal(-92)}, "▼ ended -$92.00"),
        ({"channel": "unit_cost"}, "▲ unit cost rose +$60.00"),
        ({"charge_kind": "credit"}, "▲ credit shrank +$60.00"),
        ({"charge_kind": "credit", "direction": "down"}, "▼ credit grew +$60.00"),
        ({"direction": "down", "impact": Decimal(-9)}, "▼ fell -$9.00"),
    ],
)
def test_what_it_is_is_said(changes: dict[str, Any], said: str) -> None:
    """Not everything rises or falls."""
    assert said in line(shown([msgspec.structs.replace(revised(), **changes)]))


@pytest.mark.parametrize(("state", "said"), [("growing", "growing"), ("snoozed", "open")])
def test_the_state_is_that_of_spend(state: Any, said: str) -> None:
    """What people did stands beside it."""
    assert f" · {said}, medium" in line(shown([revised()], case_record(state=state)))


def test_planned_ones_stand_apart() -> None:
    """Of those detected on the day and those before, with the event's name, and whether anybody was woken."""
    old = revised(anomaly_id="A-OLD", detected_at=NOON - timedelta(days=2))
    load_test = quiet("planned", by="P-1", note="load test", who="Bob")
    covered = [case_record(one, load_test, told=()) for one in (revised(), old)]
    other = revised(anomaly_id="A-OTHER", impact="1")

    text = shown([revised(), old, other], *covered)

    assert "Planned: 2, nobody was woken" in text
    assert "open, medium, planned: load test" in line(text)
    assert "Anomalies detected on the day: 1" in text
    assert "Detected before and not over" not in text
    told = msgspec.structs.replace(covered[0], told=case_record().told)
    assert "Planned: 2, 1 of them told" in shown([revised(), old], told, covered[1])


def test_a_source_that_stopped_is_no_line_of_money() -> None:
    """It has no amount, so that the statement says nothing of it."""
    assert "A-EXAMPLE234" not in shown([revised(channel="freshness")])


def test_how_alerts_did_is_said() -> None:
    """One line, with medians; nothing where no case is known."""
    over = revised(state="resolved", ended_at=moment(200 * 60))
    planned = case_record(revised(anomaly_id="A-2"), quiet("planned"))
    record = case_record(over, judged=act("right"))

    text = shown([over], record, planned, case_record(revised(anomaly_id="A-3", state="retracted")))

    assert (
        "2 anomalies, $60.00 more than expected, detected after 0 s, told after 10 s, "
        "over after 3 h 20 min; 1 planned; 1 retracted" in text
    )
    assert "Alerts of the day" not in shown([over])


def test_csv_has_anomalies_and_measures() -> None:
    """A row each, with exact money; sums over teams are those of before."""
    nasty = case_record(judged=act("wrong", note="x", by=msgspec.structs.replace(BOB, name="=1")))
    second = revised(anomaly_id="A-2", team="=cmd", impact="0.123456789", channel="new")

    rows = list(csv.DictReader(io.StringIO(digest_csv(digest([revised(), second], nasty)))))

    assert [row["row"] for row in rows] == ["team", "total", "anomaly", "anomaly", "alerts"]
    first, new, alerts = rows[2:]
    assert tuple(
        first[name] for name in ("part", "kind", "state", "severity", "impact", "people")
    ) == ("opened", "rose", "opened", "medium", "60", "judged wrong by =1: x")
    assert tuple(new[name] for name in ("team", "kind", "impact", "people")) == (
        "'=cmd",
        "new",
        "0.123456789",
        "",
    )
    assert {row["cost"] for row in rows[2:]} == {""}
    assert tuple(
        alerts[name]
        for name in ("anomalies", "anomalies_wrong", "anomalous_cost", "seconds_to_notify")
    ) == ("1", "1", "", "10")


def test_is_json() -> None:
    """Cases survive being written as part of the digest."""
    one = digest([revised()], acted_record(revised()))

    assert one.alerts is not None
    assert one == msgspec.json.decode(msgspec.json.encode(one), type=Digest)
