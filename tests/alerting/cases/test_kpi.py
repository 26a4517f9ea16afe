"""How well alerts do, of the cases of a period."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import msgspec
import pytest
from alerting_examples import NOON
from cases_examples import HOUR, T0, act, case, case_record, moment, revised

from alerting.anomaly import Anomaly
from alerting.cases.kpi import Kpis, kpis_of, newest_cases
from alerting.cases.record import CaseRecord, Quiet, ToldIn

DAY: date = NOON.date()
PLANNED = Quiet(kind="planned", by="P-1")


def named(name: str, **changes: Any) -> Anomaly:
    return revised(anomaly_id=name, **changes)


def record(name: str, quiet: Quiet | None = None, *acts: Any, **changes: Any) -> CaseRecord:
    """The record of an anomaly of which Ann did something, seconds after ``T0``."""
    about = named(name, **changes)
    done = [act(kind, after, anomaly_id=name) for kind, after in acts]
    life = case(about, *done)
    return case_record(
        about,
        quiet,
        history=life.history,
        acknowledged=life.acknowledged,
        judged=life.judged,
    )


def measured(*records: CaseRecord) -> Kpis:
    return kpis_of(records, DAY, DAY)


def test_no_case_has_no_measure() -> None:
    """Zero anomalies are a number, medians of nothing are none."""
    none = measured()

    assert (none.count, none.cost, none.to_detect, none.wrong_share) == (0, (), None, None)


def test_what_is_counted() -> None:
    """Told, planned and judged are parts of the count; retracted ones stand beside it."""
    untold = case_record(named("A-5"), told=())
    refused = case_record(
        named("A-6"), told=(ToldIn(sink="slack", address="#x", notice="A-6", problem="no"),)
    )

    found = measured(
        record("A-1"),
        record("A-2", PLANNED),
        record("A-3", None, ("wrong", 60)),
        record("A-4", None, ("right", 60)),
        untold,
        refused,
        record("A-7", state="retracted"),
        record("F-1", channel="freshness"),
    )

    assert (
        found.count,
        found.told,
        found.planned,
        found.judged,
        found.wrong,
        found.retracted,
    ) == (6, 4, 1, 2, 1, 1)
    assert found.wrong_share == pytest.approx(1 / 6)


def test_cost_is_that_of_rises_nobody_meant() -> None:
    """By currency, exactly; falls, planned ones, and those judged expected or wrong cost nothing more."""
    found = measured(
        record("A-1", impact="0.1"),
        record("A-2", impact="0.2"),
        record("A-3", impact="7", currency="EUR"),
        record("A-4", impact="-50", direction="down"),
        record("A-5", PLANNED, impact="50"),
        record("A-6", None, ("wrong", 60), impact="50"),
        record("A-7", None, ("expected", 60), impact="50"),
        record("A-8", None, ("right", 60), impact="1"),
        record("A-9", impact="50", state="retracted"),
    )

    assert found.cost == (("EUR", Decimal(7)), ("USD", Decimal("1.3")))


def test_times_are_medians() -> None:
    """From the start of the spend, from when it was heard of, and from the first message."""
    start = NOON - timedelta(seconds=300)
    over = {"state": "resolved", "ended_at": moment(HOUR)}

    found = measured(
        record("A-1", None, ("snooze", 100), started_at=start, **over),
        record("A-2", None, ("acknowledge", 70), ("wrong", 400)),
        record("A-3", None, ("acknowledge", 40), recovered_at=moment(2 * HOUR)),
    )

    assert (
        found.to_detect,
        found.to_notify,
        found.to_acknowledge,
        found.to_resolve,
    ) == (0, 10, 60, (HOUR + 300 + 2 * HOUR) // 2)


def test_the_first_message_and_the_first_act_count() -> None:
    """Other places and other people come later; an act before the message took no time."""
    told = tuple(
        ToldIn(sink="slack", address=f"#{at}", notice="A-1", told_at=at, problem=problem)
        for at, problem in (
            (T0 + 30, ""),
            (T0 + 20, "no such channel"),  # told in another one instead
            (None, "refused"),
        )
    )
    two = msgspec.structs.replace(
        record("A-1", None, ("acknowledge", 90), ("right", 50)), told=told
    )
    early = msgspec.structs.replace(record("A-1", None, ("acknowledge", 10)), told=told)

    assert (measured(two).to_notify, measured(two).to_acknowledge) == (20, 30)
    assert measured(early).to_acknowledge == 0


def test_a_period_is_of_days_of_event_time() -> None:
    """First and last day are part of it."""
    days = [record(f"A-{n}", detected_at=NOON + timedelta(days=n - 3)) for n in range(7)]

    assert kpis_of(days, DAY - timedelta(days=1), DAY + timedelta(days=2)).count == 4


def test_the_newest_record_counts_in_any_order() -> None:
    """Of several records of a case the one that was written last."""
    old = case_record(changed_at=T0)
    new = case_record(revised(2), changed_at=T0 + 5)
    newest = case_record(revised(2), changed_at=T0 + 9, owner="ads")

    for some_order in permutations([old, new, newest]):
        assert newest_cases(some_order) == {"A-EXAMPLE234": newest}


def test_of_two_records_of_a_moment_the_later_counts() -> None:
    """A case may be written twice within a second; the topic's order decides."""
    first, second = case_record(owner="search"), case_record(owner="ads")

    assert newest_cases([first, second]) == {"A-EXAMPLE234": second}
