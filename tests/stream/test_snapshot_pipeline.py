"""Bills as snapshots through the whole pipeline: what `spend` adds up to is the newest complete one."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from random import Random

from config.rules import Rules
from stream.backtest import Backtest
from stream.detect.news import News
from stream.formats.snapshot_header import SnapshotHeader
from stream.ledger import Ledger
from stream.pipeline import Pipeline
from tests.bills import row
from tests.stream.detect.batches import rules

NOW = 1_767_225_600  # 2026-01-01


def bill(hours: int, cost: str = "1.25", service: str = "Compute") -> list[bytes]:
    return [row(hour, cost, service) for hour in range(hours)]


class Spend:
    """What the pipeline tells, added up as a reader of `spend` does."""

    def __init__(self) -> None:
        self.pipeline = Pipeline(rules())
        self.ledger = Ledger()
        self.runs = 0

    def publish(self, values: Iterable[bytes]) -> None:
        self.runs += 1
        header = SnapshotHeader(version=1, id=f"run-{self.runs}", taken_at=self.runs)
        self.take(self.pipeline.mark("billing", header.marked("begin"), NOW))
        self.take(self.pipeline.feed("billing", values, NOW, header))
        self.take(self.pipeline.mark("billing", header.marked("end"), NOW))

    def take(self, told: Iterable[News]) -> None:
        for news in told:
            for record in news.spend:
                self.ledger.add(record)

    def finish(self) -> dict[str, tuple[Decimal, int]]:
        self.take([self.pipeline.finish()])
        lines = self.ledger.totals(("service",))
        return {line.group[0]: (line.cost, line.charges) for line in lines if line.cost}


def test_a_bill_that_is_published_as_it_grows_counts_once() -> None:
    """Each day's export holds the whole month so far, in any order and without ids."""
    spend = Spend()
    for days in (2, 3, 3, 6):
        values = bill(24 * days)
        Random(days).shuffle(values)
        spend.publish(values)
    assert spend.finish() == {"Compute": (Decimal("1.25") * 144, 144)}


def test_a_corrected_bill_counts_as_corrected() -> None:
    """What it lowers, adds and leaves out is restated in closed buckets, too."""
    spend = Spend()
    spend.publish([*bill(72), *bill(72, "3", "Storage")])
    spend.publish([*bill(72, "1"), *bill(48, "2", "Queue")])
    assert spend.finish() == {"Compute": (Decimal(72), 72), "Queue": (Decimal(96), 48)}


def backtest(delivery: str, *files: Path) -> Backtest:
    known = rules()
    billing = known.sources.billing.model_copy(update={"delivery": delivery})
    sources = known.sources.model_copy(update={"billing": billing})
    asked: Rules = known.model_copy(update={"sources": sources})
    run = Backtest(asked)
    run.read(files, NOW)
    run.finish()
    return run


def test_a_backtest_takes_its_files_as_the_rules_say(tmp_path: Path) -> None:
    """As one snapshot or row by row: a bill in order of time adds up to the same."""
    names = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    names[0].write_bytes(b"".join(bill(60)))
    names[1].write_bytes(b"".join(row(hour, "2") for hour in range(60, 100)))
    runs = [backtest(delivery, *names) for delivery in ("append", "snapshot")]
    spent = [[line.cost for line in run.ledger().totals(("service",))] for run in runs]
    assert spent == [[Decimal(155)], [Decimal(155)]]
    assert [run.events for run in runs] == [100, 100]
    assert [run.warnings for run in runs] == [[], []]
