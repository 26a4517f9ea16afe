"""How well alerts do: the measures that FinOps asks of anomaly management, of the cases of a period.

| measure | from | to |
|---|---|---|
| to detect | the start of the anomalous spend | it was heard of: how late a bill comes counts; not of spend that is played back |
| to notify | it was heard of | the first message |
| to acknowledge | the first message | the first thing that a person did |
| to resolve | the start of the anomalous spend | its end, or that it was back to normal; of event time |

Each is a median over the cases that have both ends. What was retracted is counted by itself and is in no other number, and
a source that stopped is no anomaly of spend. Cost avoided is not among them: it would take to know what had been spent had nobody
acted.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.record import CaseRecord
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.money import ZERO, add

_REPLAYED: Final = 35 * 86_400  # seconds: what was heard of later than bills come was played back


class Kpis(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the anomalies of a period. Times are medians in seconds; None where no case has one."""

    count: int
    told: int  # of them, those of which somebody was told
    planned: int  # of them, those that a planned event covered
    judged: int  # of them, those of which somebody said expected, wrong or right
    wrong: int  # of them, those that were judged wrong
    retracted: int  # late charges showed that they were none; not in `count`
    # what rises cost more than expected, by currency; without what is planned, or judged expected or wrong
    cost: tuple[tuple[str, Decimal], ...]
    to_detect: int | None
    to_notify: int | None
    to_acknowledge: int | None
    to_resolve: int | None

    @property
    def wrong_share(self) -> float | None:
        """The share that was judged wrong; None where there is no anomaly."""
        return self.wrong / self.count if self.count else None


def kpis_of(cases: Iterable[CaseRecord], first: date, last: date) -> Kpis:
    """The measures of the cases that were detected in a period.

    Args:
        cases: records in any order; of each anomaly the newest counts.
        first: the first UTC day, of event time.
        last: the last UTC day; it is part of the period.
    """
    within = [
        case
        for case in newest_cases(cases).values()
        if first <= case.anomaly.day <= last and is_of_spend(case.anomaly)
    ]
    counted = [case for case in within if case.anomaly.state != "retracted"]
    return Kpis(
        count=len(counted),
        told=sum(was_told(case) for case in counted),
        planned=sum(is_planned(case) for case in counted),
        judged=sum(case.judged is not None for case in counted),
        wrong=sum(_is_judged(case, "wrong") for case in counted),
        retracted=len(within) - len(counted),
        cost=_cost(counted),
        to_detect=_median(_to_detect(case) for case in counted),
        to_notify=_median(_to_notify(case) for case in counted),
        to_acknowledge=_median(_to_acknowledge(case) for case in counted),
        to_resolve=_median(_to_resolve(case.anomaly) for case in counted),
    )


def newest_cases(cases: Iterable[CaseRecord]) -> dict[str, CaseRecord]:
    """The newest record of each anomaly, by its id; of two of a moment the one that comes later."""
    newest: dict[str, CaseRecord] = {}
    for case in cases:
        before = newest.get(case.anomaly.anomaly_id)
        if before is None or _age(case) >= _age(before):
            newest[case.anomaly.anomaly_id] = case
    return newest


def was_told(case: CaseRecord) -> bool:
    """Whether a message told somebody of it, if need be in another place than the rules say."""
    return any(told.told_at is not None for told in case.told)


def is_planned(case: CaseRecord) -> bool:
    """Whether a planned event covers it."""
    return case.quiet is not None and case.quiet.kind == "planned"


def is_of_spend(anomaly: Anomaly) -> bool:
    """Whether it is about money; not if it says that a source stopped."""
    return anomaly.channel != FRESHNESS


def _age(case: CaseRecord) -> tuple[int, int]:
    return case.changed_at, case.anomaly.revision


def _cost(cases: Iterable[CaseRecord]) -> tuple[tuple[str, Decimal], ...]:
    cost: dict[str, Decimal] = {}
    for case in cases:
        is_meant = is_planned(case) or _is_judged(case, "expected") or _is_judged(case, "wrong")
        if case.anomaly.direction == "up" and not is_meant:
            currency = case.anomaly.currency
            cost[currency] = add(cost.get(currency, ZERO), case.anomaly.impact)
    return tuple(sorted(cost.items()))


def _is_judged(case: CaseRecord, kind: str) -> bool:
    return case.judged is not None and case.judged.kind == kind


def _told_at(case: CaseRecord) -> int | None:
    times = [told.told_at for told in case.told if told.told_at is not None]
    return min(times, default=None)


def _to_detect(case: CaseRecord) -> int | None:
    """None of spend that was played back: nobody could have heard of it in its time."""
    if case.opened_at - _seconds(case.anomaly.detected_at) > _REPLAYED:
        return None
    return case.opened_at - _seconds(case.anomaly.started_at)


def _to_notify(case: CaseRecord) -> int | None:
    told_at = _told_at(case)
    return None if told_at is None else told_at - case.opened_at


def _to_acknowledge(case: CaseRecord) -> int | None:
    told_at = _told_at(case)
    acts = [happened.at for happened in case.history if happened.by is not None]
    return None if told_at is None or not acts else min(acts) - told_at


def _to_resolve(anomaly: Anomaly) -> int | None:
    end = anomaly.ended_at or anomaly.recovered_at
    return None if end is None else _seconds(end) - _seconds(anomaly.started_at)


def _median(times: Iterable[int | None]) -> int | None:
    """Clocks of two machines may differ by a little: nothing takes less than no time."""
    known = [max(one, 0) for one in times if one is not None]
    return round(median(known)) if known else None


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
