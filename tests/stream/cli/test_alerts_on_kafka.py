"""The commands about alerts, on real topics: what they say lands on `alerts`, and what they print is what is there."""

import json
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from fixtures_kafka import Kafka

from alerting.cases.acts import Actor
from alerting.inbox import ActHeard, PlannedHeard, SilenceHeard
from stream.alerts.feedback_lines import FeedbackLine
from tests.alerting_examples import anomaly
from tests.environment import environment
from tests.stream.alerts.records import act, case, planned, silence
from tests.stream.cli.shell import Shell, typed

pytestmark = pytest.mark.kafka

NOTED = "noted in Kafka; no worker has taken it up within 0.3 s: it counts as soon as one runs\n"
HOUR = 3600


@pytest.fixture
def shell(kafka: Kafka, topic_prefix: str) -> Shell:
    return Shell(kafka.brokers, topic_prefix)


def test_a_silence_from_the_shell_is_taken_up_listed_and_expired(shell: Shell) -> None:
    """Its whole life."""
    shell.has(case(), case(anomaly_id="A-OTHER", team="ads"))
    with shell.worker():
        added = shell.run(
            "silence", "add", "team=search", "severity=~low|medium", "--for", "2h",
            "--comment", "maintenance", "--by", "Bob",
        )  # fmt: skip
        listed = shell.run("silence", "list", "--format", "json")
        (row,) = json.loads(listed.out)
        expired = shell.run("silence", "expire", row["silence_id"][2:6].lower(), "--by", "Ann")
    made, ended = shell.heard()

    assert (added.code, added.err) == (0, "")
    assert added.out.startswith(f"{row['silence_id']}: team=search 'severity=~low|medium' from ")
    assert added.out.endswith("open cases that match now: 1\n")
    assert (row["state"], row["cases"], row["by"], row["via"]) == ("active", 1, "Bob", "shell")
    assert isinstance(made, SilenceHeard)
    assert isinstance(ended, SilenceHeard)
    assert made.silence.ends_at - made.silence.starts_at == 2 * HOUR
    assert made.silence.matchers == ("team=search", "severity=~low|medium")
    assert expired.out == f"{row['silence_id']} is expired\n"
    assert ended.silence.ends_at <= int(time.time())
    assert ended.silence.comment == "maintenance (ended by Ann)"
    assert shell.run("silence", "list").out == "no silences; 1 expired, shown with --all\n"
    assert "maintenance" in shell.run("silence", "list", "--all").out


def test_without_a_worker_it_is_noted_in_kafka(shell: Shell) -> None:
    """And said so."""
    added = shell.run(
        "silence", "add", "team=search", "--for", "2h", "--comment", "x", "--wait", "0.3"
    )
    assert (added.code, added.err) == (0, NOTED)
    assert len(shell.heard()) == 1
    assert shell.run("silence", "list").out == "no silences\n"


def test_expiring_what_has_expired_says_so(shell: Shell) -> None:
    """And sends nothing."""
    shell.has(silence())
    assert shell.run("silence", "expire", "aaaa").out == "S-AAAABBBB22 had expired already\n"
    assert shell.heard() == []


def test_a_planned_event_is_planned_and_ended(shell: Shell) -> None:
    """With its bounds."""
    with shell.worker():
        added = shell.run(
            "planned", "add", "Load test", "team=search", "--from", "2026-11-22T08:00Z",
            "--until", "2099-11-22T10:00Z", "--amount-per-day", "500", "--comment", "launch",
        )  # fmt: skip
        listed = shell.run("planned", "list", "--all")
        ended = shell.run("planned", "end", added.out[:6])
    first, second = shell.heard()

    assert added.err == ""
    assert (
        ": Load test: team=search from 2026-11-22 08:00 UTC until 2099-11-22 10:00 UTC, up to "
        in added.out
    )
    assert isinstance(first, PlannedHeard)
    assert isinstance(second, PlannedHeard)
    assert str(first.planned.amount_per_day) == "500"
    assert first.planned.factor is None
    assert "Load test" in listed.out
    assert ended.out == f"{first.planned.planned_id} has ended\n"
    assert second.planned.ends_at <= int(time.time())


def test_an_anomaly_is_acknowledged_from_the_shell(shell: Shell) -> None:
    """By a part of its id, and the new state is printed."""
    shell.has(case())
    with shell.worker():
        done = shell.run("anomalies", "ack", "example", "--comment", "on it", "--by", "Bob")
    (heard,) = shell.heard()

    assert isinstance(heard, ActHeard)
    assert (heard.act.kind, heard.act.anomaly_id) == ("acknowledge", "A-EXAMPLE234")
    assert (heard.act.by.name, heard.act.by.via, heard.act.note) == ("Bob", "shell", "on it")
    assert done.err == ""
    assert done.out == (
        'A-EXAMPLE234 is acknowledged · search · OpenAI · production · rose +$60.00 · acknowledged by Bob: "on it"\n'
    )


@pytest.mark.parametrize(
    ("command", "kind", "has_end"),
    [
        (["snooze", "--for", "2h"], "snooze", True),
        (["expected"], "expected", False),
        (["expected", "--until", "2099-01-01"], "expected", True),
        (["wrong", "--comment", "known"], "wrong", False),
        (["right"], "right", False),
        (["reopen"], "reopen", False),
    ],
)
def test_each_act_is_said(shell: Shell, command: list[str], kind: str, *, has_end: bool) -> None:
    """With its end, where it has one; several anomalies at once; without a worker it is noted."""
    shell.has(*(case(anomaly_id=one, judged=act("wrong")) for one in ("A-EXAMPLE234", "A-OTHER")))
    done = shell.run("anomalies", command[0], "other", "example", *command[1:], "--wait", "0.3")
    acts = [heard.act for heard in shell.heard() if isinstance(heard, ActHeard)]

    assert [one.anomaly_id for one in acts] == ["A-OTHER", "A-EXAMPLE234"]
    assert {one.kind for one in acts} == {kind}
    assert {one.until is not None for one in acts} == {has_end}
    assert len({one.act_id for one in acts}) == 2
    assert done.err == NOTED
    assert done.out == f"A-OTHER: {kind} is noted\nA-EXAMPLE234: {kind} is noted\n"


def test_an_unknown_id_sends_nothing(shell: Shell) -> None:
    """Not even for the known ones beside it."""
    shell.has(case())
    done = shell.run("anomalies", "ack", "A-EXAMPLE234", "A-EXAMPEL234")
    assert done.code == 2
    assert done.err == (
        "A-EXAMPEL234: there is no such case; the nearest: A-EXAMPLE234; "
        "`spendwatch anomalies list --state all` lists all\n"
    )
    assert shell.heard() == []


def test_anomalies_are_listed(shell: Shell) -> None:
    """For people within 80 columns, for programs as JSON and CSV."""
    over = anomaly(anomaly_id="A-OVER", state="resolved")
    long = "a-team-with-a-name-that-goes-on-and-on-and-on-and-on-for-a-while"
    shell.has(
        case(anomaly=over, state="resolved"),
        case(team="=1+1"),
        case(anomaly_id="A-LONG", team=long),
    )
    text = shell.run("anomalies", "list")
    rows = json.loads(shell.run("anomalies", "list", "--state", "all", "--format", "json").out)
    lines = shell.run("anomalies", "list", "--format", "csv").out.splitlines()

    assert "A-EXAMPLE234" in text.out
    assert "A-OVER" not in text.out
    assert text.out.endswith("2 of 3 cases\n")
    assert max(map(len, text.out.splitlines())) <= 80
    assert [row["anomaly_id"] for row in rows] == ["A-EXAMPLE234", "A-LONG", "A-OVER"]
    assert lines[0].startswith("anomaly_id,state,severity,source,team")
    assert lines[1].startswith("A-EXAMPLE234,opened,medium,usage,'=1+1,")
    assert shell.run("anomalies", "list", "--team", "x").out == (
        "no anomalies that fit; 3 cases in all (--state all)\n"
    )


def test_a_notice_lists_all_that_it_tells_of(shell: Shell) -> None:
    """Also what is over."""
    over = anomaly(anomaly_id="A-OVER", state="resolved")
    shell.has(case(anomaly=over, state="resolved"), case(anomaly_id="A-ELSEWHERE", told=()))
    listed = shell.run("anomalies", "list", "--notice", "N-1", "--format", "json")
    assert [row["anomaly_id"] for row in json.loads(listed.out)] == ["A-OVER"]


def test_one_anomaly_is_shown_in_full(shell: Shell) -> None:
    """Its message, who did what, and where it was told; as JSON it is the record itself."""
    record = case(state="acknowledged", acknowledged=act(note="on [bold]it[/bold]"))
    shell.has(record)
    text = shell.run("anomalies", "show", "a-example234").out
    as_json = shell.run("anomalies", "show", "example", "--format", "json").out

    assert "rose +$480.00 a day" in text
    assert 'acknowledged by Ann: "on [bold]it[/bold]"' in text
    assert "slack #search: https://slack.com/archives/C1/p15" in text
    assert "root/search" in text
    assert msgspec.json.decode(as_json, type=type(record)) == record


def test_feedback_is_listed_exported_and_taken_back(shell: Shell, tmp_path: Path) -> None:
    """And what is exported can be read again."""
    shell.has(case(judged=act("wrong", note="known", at=int(time.time()))))
    listed = shell.run("feedback", "list")
    file = tmp_path / "said.jsonl"
    file.write_text(shell.run("feedback", "export").out)
    (line,) = (
        msgspec.json.decode(one, type=FeedbackLine) for one in file.read_bytes().splitlines()
    )
    with shell.worker():
        undone = shell.run("feedback", "undo", "example", "--by", "Bob")

    assert "asks 1.35 times the evidence for" in " ".join(listed.out.split())
    assert max(map(len, listed.out.splitlines())) <= 80
    assert (line.kind, line.series) == ("wrong", case().anomaly.series)
    assert undone.out.startswith("A-EXAMPLE234 is opened · ")
    assert shell.run("feedback", "list").out == "no judgements that fit\n"
    assert shell.run("feedback", "export").out == ""


def test_what_stands_already_is_said_at_once(shell: Shell) -> None:
    """Nobody waits for a worker that has nothing to write."""
    shell.has(case(state="acknowledged", acknowledged=act(by=Actor("Bob", "Bob", "shell"))))
    done = shell.run("anomalies", "ack", "example", "--by", "Bob", "--comment", "on it")
    assert done.out.startswith("A-EXAMPLE234 is acknowledged · ")
    assert done.err == ""
    assert len(shell.heard()) == 1  # a worker may know more than its records show yet


def test_only_a_judgement_is_undone(shell: Shell) -> None:
    """What somebody does about an anomaly that nobody judged stays."""
    shell.has(case(acknowledged=act()))
    done = shell.run("feedback", "undo", "example")
    assert (done.code, done.err) == (
        1,
        "A-EXAMPLE234: nobody has judged it; `spendwatch feedback list` lists what was judged\n",
    )
    assert shell.heard() == []


def test_feedback_is_chosen_by_team_and_time(shell: Shell) -> None:
    """As JSON with what it does now."""
    now = int(time.time())
    shell.has(
        case(judged=act("wrong", at=now)),
        case(anomaly_id="A-ADS", team="ads", judged=act("right", at=now - 10 * 24 * HOUR)),
    )

    def listed(*options: str) -> list[str]:
        rows = json.loads(shell.run("feedback", "list", "--format", "json", *options).out)
        return [row["anomaly_id"] for row in rows]

    assert listed() == ["A-EXAMPLE234", "A-ADS"]
    assert listed("--team", "ads") == ["A-ADS"]
    assert listed("--since", "7d") == ["A-EXAMPLE234"]


def test_records_of_a_newer_version_are_counted_and_passed_over(shell: Shell) -> None:
    """The rest is shown."""
    shell.has(case(), planned())
    shell._write(shell.topics.cases, "A-NEWER", {"schema_version": "9"})
    shell.has()
    listed = shell.run("anomalies", "list")
    assert "could not read 1 on the topic cases, the first: A-NEWER: " in listed.err
    assert "A-EXAMPLE234" in listed.out


@pytest.mark.parametrize(
    "command",
    [
        ["anomalies", "list"],
        ["silence", "list"],
        ["silence", "add", "team=search", "--for", "2h", "--comment", "x", "--wait", "0.3"],
        ["planned", "add", "x", "team=search", "--for", "2h", "--comment", "x", "--wait", "0.3"],
    ],
    ids=" ".join,
)
def test_topics_that_are_missing_are_named(
    kafka: Kafka, topic_prefix: str, command: list[str]
) -> None:
    """With the command that makes them."""
    done = typed(
        *command, SPENDWATCH_KAFKA_BROKERS=kafka.brokers, SPENDWATCH_TOPIC_PREFIX=topic_prefix
    )
    assert done.code == 3
    assert done.err.startswith(f"there is no topic '{topic_prefix}")
    assert "run `spendwatch topics create`" in done.err


def test_commands_at_the_same_time_are_all_heard(shell: Shell) -> None:
    """Each sees its own act among those of others."""
    shell.has(*(case(anomaly_id=f"A-{name}") for name in ("AAAA", "BBBB")))
    command = [sys.executable, "-m", "stream", "anomalies", "ack", "--by", "Bob", "--wait", "30"]
    env = environment(SPENDWATCH_KAFKA_BROKERS=shell.brokers, SPENDWATCH_TOPIC_PREFIX=shell.prefix)
    with shell.worker():
        running = [
            subprocess.Popen([*command, name], env=env, stdout=subprocess.PIPE, text=True)
            for name in ("aaaa", "bbbb")
        ]
        said = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert [one.split(" · ")[0] for one in said] == [
        "A-AAAA is acknowledged",
        "A-BBBB is acknowledged",
    ]
    assert len(shell.heard()) == 2
