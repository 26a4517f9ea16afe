"""Whatever is wrong, a command says it in one line with a remedy, and ends with a code that scripts can use."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import environment

NOWHERE = "127.0.0.1:9"
NO_SLACK = f"http://{NOWHERE}/api/"


def variables(**settings: str) -> dict[str, str]:
    return environment(**{"SPENDWATCH_KAFKA_BROKERS": NOWHERE, **settings})


def run(
    *arguments: str, module: str = "stream", **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=variables(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


BROKER = (
    f"spendwatch: no Kafka broker answers at {NOWHERE}: start it, or set SPENDWATCH_KAFKA_BROKERS to "
    "host:port of one that runs\n"
)


@pytest.mark.parametrize(
    "command",
    [
        ["worker"],
        ["spend"],
        ["topics", "check"],
        ["digest"],
        ["publish", "--simulate", "1"],
        ["silence", "list"],
        ["anomalies", "ack", "A-1"],
    ],
    ids=" ".join,
)
def test_a_missing_broker_is_one_line(command: list[str]) -> None:
    """No stack trace, no log of a client: the address and what to do."""
    done = run(*command)
    assert done.stderr == BROKER
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (
            ["spend", "--by", "teem"],
            2,
            "--by teem: there is no such dimension; take of source, team,",
        ),
        (
            ["spend", "--from", "monday"],
            2,
            "--from monday: write a UTC day or time, such as 2018-10-01",
        ),
        (["digest", "--day", "today"], 2, "--day today: write a day such as 2026-06-28"),
        (["publish"], 2, "name files to publish, or --simulate WEEKS, and not both"),
        (
            ["publish", "x.csv", "--speed", "fast"],
            2,
            "--speed fast: write a factor such as 60x or 3600x",
        ),
        (["backtest", "no-such-file.csv"], 1, "no-such-file.csv"),
        (["demo", "--slack-url", NO_SLACK], 2, "--slack-url needs --slack-token, the bot's token"),
        (
            ["demo", "--slack-url", NO_SLACK, "--slack-token", "xoxb-1"],
            3,
            f"Slack does not answer (ClientConnectorError): is {NO_SLACK} right?",
        ),
    ],
)
def test_wrong_usage_is_one_line(command: list[str], code: int, said: str) -> None:
    """It names the option or file, what was found and what would be right."""
    done = run(*command)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == code


def test_wrong_rules_stop_a_worker_with_file_and_line(tmp_path: Path) -> None:
    """Before anything is started."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\nsourcez: {}\n")
    done = run("worker", SPENDWATCH_RULES=str(rules))
    assert f"{rules}:2" in done.stderr
    assert "sourcez" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, f"no Kafka broker answers at {NOWHERE}: start it, or set SPENDWATCH_KAFKA_BROKERS"),
        ({"SPENDWATCH_RULEZ": "x"}, "SPENDWATCH_RULEZ: is unknown; did you mean SPENDWATCH_RULES?"),
    ],
)
def test_faust_s_own_command_line_says_the_same(environment: dict[str, str], said: str) -> None:
    """`faust -A stream.app worker` shows what a person has to mend, and no stack trace."""
    done = run("-A", "stream.app", "worker", module="faust", **environment)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_an_interrupted_command_says_so(tmp_path: Path) -> None:
    """Ctrl-C ends a command with a word and the code that shells know, without a stack trace."""
    pipe = tmp_path / "bill.csv"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "stream", "backtest", str(pipe)]
    with (
        subprocess.Popen(command, env=variables(), stderr=subprocess.PIPE, text=True) as process,
        pipe.open("w"),  # opens once the command reads
    ):
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert said.strip() == "spendwatch: interrupted"
    assert process.returncode == 130


def test_help_names_every_command() -> None:
    """And says where a newcomer starts."""
    done = run("--help")
    for command in (
        "demo",
        "worker",
        "publish",
        "backtest",
        "score",
        "spend",
        "digest",
        "anomalies",
        "silence",
        "planned",
        "feedback",
        "topics",
        "config",
    ):
        assert command in done.stdout
    assert "spendwatch demo" in done.stdout
