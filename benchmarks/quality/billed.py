"""The table of the bill: after how many hours, and what money, each watcher tells of a change, and what else it says."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.quality import bill
from benchmarks.quality.bill import Bill, Change, Raised
from benchmarks.quality.offline import OFFLINE
from benchmarks.quality.peers import WATCHERS
from benchmarks.quality.report import table
from benchmarks.quality.series import Series
from benchmarks.quality.watching import Make, Scored, Spendwatch, watch
from config.loader import load_rules

_BEFORE = 24  # hours, whose median a change is measured from


def real_bill(data: Path) -> str:
    """The bill by service."""
    run = bill.read(data)
    raised = {"spendwatch": run.raised} | _raised_by_peers(run)
    costs = {each.name: each for each in run.services}
    rows = [
        [change.name, *(_told(change, told, costs[change.service]) for told in raised.values())]
        for change in bill.CHANGES
    ]
    others = {name: _others(told) for name, told in raised.items()}
    for service in sorted({each.service for told in others.values() for each in told}):
        for month in (10, 11):
            counts = (
                sum((each.service, each.since.month) == (service, month) for each in told)
                for told in others.values()
            )
            rows.append([f"other incidents in month {month}, {service}", *map(str, counts)])
    title = (
        "AWS bill, two months, found within 3 hours: hours, and USD moved, up to the alert's own"
    )
    return table(title, ("", *raised), rows)


def _raised_by_peers(run: Bill) -> dict[str, list[Raised]]:
    thresholds = load_rules(None).detection.defaults
    judges = {name: _online(make) for name, make in WATCHERS.items() if make is not Spendwatch}
    return {
        name: list(bill.raised_by(judge, run.services, thresholds))
        for name, judge in (judges | OFFLINE).items()
    }


def _online(make: Make) -> bill.Judge:
    def judge(series: Series) -> list[Scored]:
        return watch(make(series.step, series.warm_up), series)

    return judge


def _told(change: Change, raised: Sequence[Raised], costs: Series) -> str:
    told = bill.found(change, raised)
    if told is None:
        return "-"
    hours = max((told.since - change.since).total_seconds() / 3600, 0.0)
    return f"{hours:.0f} h, {moved(costs, change.since, told.since):.0f}"


def moved(costs: Series, since: datetime, until: datetime) -> float:
    """What was spent beyond, or beneath, the median hour of the day before a change, up to and with an hour."""
    first, last = (
        (int(each.timestamp()) - costs.times[0]) // costs.step for each in (since, until)
    )
    usual = median(costs.values[max(first - _BEFORE, 0) : first])
    return sum(abs(value - usual) for value in costs.values[first : max(first, last) + 1])


def _others(raised: Sequence[Raised]) -> list[Raised]:
    told = [bill.found(change, raised) for change in bill.CHANGES]
    return [each for each in raised if each not in told]
