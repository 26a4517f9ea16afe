"""A backtest in which people answer: what their words would have changed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from stream.backtest import Backtest
from stream.backtest_feedback import Answers, read_feedback
from stream.cli import app
from stream.errors import UserError
from stream.report import print_difference
from tests.stream.detect.batches import rules

DAYS = 40
STORMS = (20, 25, 33)  # days, of other weekdays, at 10:00, for three hours


def bill(folder: Path, *, lasts: bool = False) -> Path:
    """Hourly rows of one service, in which the same storm comes three times, or a level that lasts."""
    lines = ["ChargePeriodStart,EffectiveCost,BillingCurrency,ServiceName,ChargeCategory"]
    for hour in range(DAYS * 24):
        day, of_day = divmod(hour, 24)
        stormy = day in STORMS and 10 <= of_day < 13
        higher = stormy or (lasts and hour >= STORMS[0] * 24 + 10)
        cost = (100 + hour * 7 % 13) * (2.2 if higher else 1)
        at = f"2026-{5 + day // 31:02}-{1 + day % 31:02}T{of_day:02}:00:00Z"
        lines.append(f"{at},{cost},USD,EC2,Usage")
    path = folder / "bill.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def answered(files: Path, feedback: Path | None, lines: list[dict[str, Any]]) -> Backtest:
    """The backtest of files with lines of feedback."""
    answers = None
    if feedback is not None:
        feedback.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        answers = Answers(read_feedback(feedback))
    run = Backtest(rules(), answers)
    run.read([files], now=2_000_000_000)
    run.finish()
    return run


def test_small_steps_change_nothing(tmp_path: Path) -> None:
    """Without a word to say, the records are those of a run in which nobody is asked."""
    path = bill(tmp_path)
    plain, asked = answered(path, None, []), answered(path, tmp_path / "none.jsonl", [])
    assert asked.anomalies == plain.anomalies
    assert asked.spend == plain.spend


def test_expected_ends_what_would_go_on(tmp_path: Path) -> None:
    """A level that is said to be meant costs one short anomaly, where nobody answered a long one."""
    path = bill(tmp_path, lasts=True)
    first = answered(path, None, []).newest()[0]

    run = answered(
        path, tmp_path / "said.jsonl", [{"anomaly_id": first.anomaly_id, "kind": "expected"}]
    )

    assert run.answers is not None
    assert (run.answers.said, run.answers.unsaid) == (1, 0)
    newest = {one.anomaly_id: one for one in run.newest()}[first.anomaly_id]
    assert newest.state == "resolved"
    assert newest.ended_at is not None
    assert first.ended_at is None or newest.ended_at < first.ended_at


def test_a_wrong_counts_from_its_alert_on(tmp_path: Path) -> None:
    """What came before it stays as it was, and later alerts score less."""
    path = bill(tmp_path)
    plain = answered(path, None, []).newest()
    assert len(plain) == len(STORMS)

    run = answered(
        path, tmp_path / "said.jsonl", [{"anomaly_id": plain[1].anomaly_id, "kind": "wrong"}]
    )

    scores = {one.anomaly_id: one.score_max for one in run.newest()}
    assert scores[plain[0].anomaly_id] == plain[0].score_max
    assert scores.get(plain[2].anomaly_id, 0.0) < plain[2].score_max


@pytest.mark.parametrize(("day", "is_heard"), [("06-01", True), ("07-30", False)])
def test_at_a_moment_it_is_said_then(tmp_path: Path, day: str, *, is_heard: bool) -> None:
    """When event time passes it, also of an anomaly that these rules do not raise."""
    path = bill(tmp_path)
    key = answered(path, None, []).newest()[0].series
    line = {
        "anomaly_id": "A-UNKNOWN",
        "kind": "wrong",
        "at": f"2026-{day}T12:00:00Z",
        "series": key,
        "started_at": "2026-05-21T10:00:00Z",
        "direction": "up",
        "by": ["U1", "Mina", "slack"],
        "note": "a load test",
    }
    run = answered(path, tmp_path / "said.jsonl", [line])
    assert run.answers is not None
    assert (run.answers.said == 1) is is_heard


def test_what_is_no_word_to_a_series_is_passed_over(tmp_path: Path) -> None:
    """That somebody was on it changes nothing."""
    lines = [{"anomaly_id": "A-1", "kind": "acknowledge"}, {"anomaly_id": "A-1", "kind": "snooze"}]
    run = answered(bill(tmp_path), tmp_path / "said.jsonl", lines)
    assert run.answers is not None
    assert (run.answers.said, run.answers.unsaid) == (0, 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "truncated"),
        ('{"kind": "wrong"}', "anomaly_id"),
        ('{"anomaly_id": "A-1", "kind": "wrnog"}', "wrnog"),
        ('{"anomaly_id": "A-1", "kind": "wrong", "at": "2026-03-02T12:00:00"}', "at has no zone"),
        ('{"anomaly_id": "A-1", "kind": "wrong", "at": "noon"}', "at"),
        ('{"anomaly_id": "A-1", "kind": "wrong", "series": "search"}', "not a series key"),
        ('{"anomaly_id": "A-1", "kind": "wrong", "direction": "left"}', "left"),
        ("\xff", "line is for example"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    """File, line, field and what to write instead."""
    path = tmp_path / "said.jsonl"
    path.write_bytes(b'{"anomaly_id": "A-1", "kind": "wrong"}\n\n' + line.encode("latin-1") + b"\n")
    with pytest.raises(UserError) as error:
        read_feedback(path)
    assert str(error.value).startswith(f"{path}:3: ")
    assert said in str(error.value)
    assert "a line is for example" in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """What cannot be read ends the command before anything is computed."""
    with pytest.raises(UserError, match=r"gone\.jsonl cannot be read"):
        read_feedback(tmp_path / "gone.jsonl")


def test_the_report_says_what_changed(tmp_path: Path) -> None:
    """Counts with and without, and how many answers were heard."""
    path = bill(tmp_path, lasts=True)
    first = answered(path, None, []).newest()[0]
    lines = [
        {"anomaly_id": first.anomaly_id, "kind": "expected"},
        {"anomaly_id": "A-NEVER", "kind": "wrong"},
    ]
    run = answered(path, tmp_path / "said.jsonl", lines)
    stream = io.StringIO()

    without = answered(path, None, [])
    print_difference(run, without, Console(file=stream, width=200, color_system=None))

    told, before = len(run.newest()), len(without.newest())
    assert f"Feedback: {told} anomalies with it, {before} without" in stream.getvalue()
    assert "1 answer was heard, 1 found no anomaly" in stream.getvalue()


def test_the_command_takes_it(tmp_path: Path) -> None:
    """`spendwatch backtest FILE --feedback FILE.jsonl`."""
    said = tmp_path / "said.jsonl"
    said.write_text('{"anomaly_id": "A-NEVER", "kind": "wrong"}', encoding="utf-8")
    result = CliRunner().invoke(app, ["backtest", str(bill(tmp_path)), "--feedback", str(said)])
    assert result.exit_code == 0, result.output
    assert "Feedback:" in result.output
