"""The report of a backtest."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from stream.backtest import Backtest
from stream.report import print_report
from tests.stream.detect.batches import rules

DAYS = 14
LONG = "Amazon Managed Streaming for Apache Kafka [beta]"


def bill(folder: Path, *, jump_after: int | None, hours: int) -> Path:
    """Hourly rows of one service; eight times the amount for a few hours from an hour on."""
    lines = ["ChargePeriodStart,EffectiveCost,BillingCurrency,ServiceName,ChargeCategory"]
    for hour in range(DAYS * 24):
        jumped = jump_after is not None and jump_after <= hour < jump_after + hours
        cost = 1000 + hour * 7 % 13
        at = f"2026-05-{1 + hour // 24:02}T{hour % 24:02}:00:00Z"
        lines.append(f"{at},{8 * cost if jumped else cost},USD,{LONG},Usage")
    path = folder / "bill.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def report(path: Path, width: int) -> list[str]:
    run = Backtest(rules())
    run.read([path], now=2_000_000_000)
    run.finish()
    stream = io.StringIO()
    print_report(run, Console(file=stream, width=width, color_system=None))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_cut_off(tmp_path: Path, width: int) -> None:
    """Names wrap, and amounts, moments and scores stand whole in their row."""
    lines = report(bill(tmp_path, jump_after=200, hours=6), width)

    shown = " ".join(" ".join(lines).split())
    assert "…" not in shown
    assert "[beta]" in shown
    assert max(map(len, lines)) <= width
    (row,) = (line for line in lines if line.startswith("2026-05-"))
    moment, at, lasted, *_, impact, pace, score = row.split()
    assert (moment, at, lasted) == ("2026-05-09", "08:00", "6h")
    assert impact.startswith("+$4")
    assert pace.startswith("+$1")
    assert float(score) > 1


def test_an_anomaly_that_is_not_over_is_open(tmp_path: Path) -> None:
    """What lasts to the end of the files has no length yet."""
    lines = report(bill(tmp_path, jump_after=DAYS * 24 - 3, hours=3), 80)

    (row,) = (line for line in lines if line.startswith("2026-05-"))
    assert row.split()[2] == "open"


def test_no_anomaly_is_said(tmp_path: Path) -> None:
    """An empty table could also be a mistake."""
    lines = report(bill(tmp_path, jump_after=None, hours=0), 80)

    assert "No anomaly: nothing would have been alerted." in lines
    assert any(line.startswith("total") and line.endswith("$338,010.00") for line in lines)
