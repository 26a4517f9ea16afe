"""The commands about alerts: wrong usage is one line, before Kafka is asked for anything."""

import pytest

from tests.stream.cli.shell import typed

NOWHERE = "127.0.0.1:9"
SILENCE = ["silence", "add", "team=search", "--for", "2h"]
PLANNED = ["planned", "add", "Load test", "team=search", "--comment", "x"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["silence", "add", "--for", "2h", "--comment", "x"], "a matcher such as team=search"),
        (
            ["silence", "add", "team=~.*", "--for", "2h", "--comment", "x"],
            "add a matcher that names",
        ),
        (["silence", "add", "team=search", "--comment", "x"], "it needs an end: write --for 2h"),
        (SILENCE, "--comment: is empty; write a few words"),
        ([*SILENCE, "--comment", " "], "--comment: is empty; write a few words"),
        (
            [*SILENCE, "--until", "2099-01-01", "--comment", "x"],
            "--for and --until: say one of them",
        ),
        ([*SILENCE, "--comment", "x", "--by", " "], "--by: is empty; write your name"),
        (PLANNED, "it needs an end"),
        ([*PLANNED, "--for", "2h", "--factor", "3", "--amount-per-day", "5"], "say one of them"),
        ([*PLANNED, "--for", "2h", "--factor", "1"], "--factor 1: write times what is expected"),
        ([*PLANNED, "--for", "2h", "--factor", "-2"], "--factor -2: write times what is expected"),
        (
            [*PLANNED, "--for", "2h", "--amount-per-day", "lots"],
            "--amount-per-day lots: write an amount",
        ),
        (
            [*PLANNED, "--for", "2h", "--amount-per-day", "nan"],
            "--amount-per-day nan: write an amount",
        ),
        (["anomalies", "list", "--state", "opn"], "--state opn: take of open, all, opened"),
        (["anomalies", "list", "--severity", "bad"], "--severity bad: take of low, medium"),
        (
            ["anomalies", "list", "--since", "monday"],
            "--since monday: write how long ago, such as 7d",
        ),
        (["anomalies", "snooze", "A-1"], "it needs an end: write --for 2h"),
        (["anomalies", "snooze", "A-1", "--for", "2x"], "--for 2x: '2x' is not a duration"),
        (["anomalies", "expected", "A-1", "--until", "soon"], "--until soon: write a time such as"),
        (["feedback", "list", "--since", "monday"], "--since monday: write how long ago"),
    ],
)
def test_wrong_usage_is_one_line_with_a_remedy(command: list[str], said: str) -> None:
    """And ends with 2."""
    done = typed(*command, SPENDWATCH_KAFKA_BROKERS=NOWHERE)
    assert said in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
    assert done.code == 2


@pytest.mark.parametrize(
    "command",
    [
        ["silence", "list"],
        [*SILENCE, "--comment", "x"],
        ["planned", "list"],
        [*PLANNED, "--for", "2h"],
        ["planned", "end", "P-1"],
        ["anomalies", "list"],
        ["anomalies", "ack", "A-1"],
        ["feedback", "list"],
        ["feedback", "export"],
    ],
    ids=" ".join,
)
def test_kafka_that_is_away_ends_with_three(command: list[str]) -> None:
    """In one line that says where it should be."""
    done = typed(*command, SPENDWATCH_KAFKA_BROKERS=NOWHERE)
    assert done.err.startswith(f"no Kafka broker answers at {NOWHERE}: start it")
    assert done.code == 3
