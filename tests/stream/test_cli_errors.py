"""Whatever is wrong, a command says it in one line with a remedy, and ends with a code that scripts can use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOWHERE = "127.0.0.1:9"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name}
    return subprocess.run(
        [sys.executable, "-m", "stream", *arguments],
        env={**kept, "SPENDWATCH_KAFKA_BROKERS": NOWHERE, "NO_COLOR": "1", **environment},
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
    [["worker"], ["spend"], ["topics", "check"], ["digest"], ["publish", "--simulate", "1"]],
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
        "topics",
        "config",
    ):
        assert command in done.stdout
    assert "spendwatch demo" in done.stdout
