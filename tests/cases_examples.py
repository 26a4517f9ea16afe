"""Cases, acts and what people said beforehand, for tests to start from; each names only what matters to it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from alerting_examples import NOON, anomaly

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, ActKind, Actor
from alerting.cases.book import Book
from alerting.cases.case import Case, Said
from alerting.cases.life import acted, heard
from alerting.cases.quiet import quiet_of
from alerting.cases.record import CaseRecord, Quiet, ToldIn, record_of_case
from alerting.cases.silence import PlannedEvent, Silence
from alerting.cases.telling import said_of

T0 = int(NOON.timestamp())  # when the example anomaly is heard of
HOUR = 3600
ANN = Actor("U1", "Ann", "slack")
BOB = Actor("bob", "Bob", "shell")
LABELS = {
    "source": "usage",
    "team": "search",
    "service": "OpenAI",
    "environment": "production",
    "charge_kind": "usage",
    "currency": "USD",
    "severity": "medium",
    "direction": "up",
    "kind": "spike",
}


def moment(after: int) -> datetime:
    """Seconds after the start of the example anomaly."""
    return datetime.fromtimestamp(T0 + after, UTC)


def revised(number: int = 1, impact: str = "60", **changes: Any) -> Anomaly:
    """A revision of the example anomaly; over ones get an end."""
    if changes.get("state", "open") != "open":
        changes.setdefault("ended_at", moment(HOUR))
    return anomaly(revision=number, impact=Decimal(impact), **changes)


def recovered(number: int = 2, **changes: Any) -> Anomaly:
    """A revision that says that spend is back to normal."""
    return revised(number, recovered_at=moment(HOUR), **changes)


def act(kind: ActKind, after: int = 60, **changes: Any) -> Act:
    """What Ann does about the example anomaly, seconds after it was heard of."""
    one = Act(act_id=f"{kind}-{after}", anomaly_id="A-EXAMPLE234", kind=kind, by=ANN, at=T0 + after)
    return msgspec.structs.replace(one, **changes)


def case(*happened: Anomaly | Act) -> Case:
    """The case after revisions and acts, each a minute after the one before; opened at ``T0``."""
    first, *rest = happened or (revised(),)
    assert isinstance(first, Anomaly)
    one = heard(None, first, T0)
    for number, each in enumerate(rest, start=1):
        one = acted(one, each) if isinstance(each, Act) else heard(one, each, T0 + 60 * number)
    return one


def said(one: Case | None = None, after: int = 0, **changes: Any) -> Said:
    """What was said of a case (the example as it was opened) seconds after ``T0``."""
    return msgspec.structs.replace(said_of(one or case(), "opened", T0 + after), **changes)


def silence(*matchers: str, **changes: Any) -> Silence:
    """Two hours of silence from ``T0`` on, for the team of the example."""
    one = Silence(
        silence_id="S-1",
        matchers=matchers or ("team=search",),
        starts_at=T0,
        ends_at=T0 + 2 * HOUR,
        by=ANN,
        comment="deploy",
        created_at=T0,
    )
    return msgspec.structs.replace(one, **changes)


def event(*matchers: str, **changes: Any) -> PlannedEvent:
    """A load test of two hours from ``T0`` on, for the team of the example."""
    one = PlannedEvent(
        planned_id="P-1",
        name="Black Friday load test",
        matchers=matchers or ("team=search",),
        starts_at=T0,
        ends_at=T0 + 2 * HOUR,
        by=BOB,
        comment="announced",
        created_at=T0 - HOUR,
    )
    return msgspec.structs.replace(one, **changes)


def case_record(
    one: Anomaly | None = None, quiet: Quiet | None = None, **changes: Any
) -> CaseRecord:
    """The record of a case that was heard of at ``T0``, and told ten seconds later."""
    told = ToldIn(sink="slack", address="#search", notice="A-EXAMPLE234", told_at=T0 + 10)
    record = record_of_case(
        heard(None, one or revised(), T0), quiet, "search", ("root",), (told,), T0 + 60
    )
    return msgspec.structs.replace(record, **changes)


def acted_record(one: Anomaly) -> CaseRecord:
    """A record with everything that people and rules can say of a case."""
    about = case(one)
    kinds: tuple[ActKind, ...] = ("acknowledge", "snooze", "wrong")
    for kind in kinds:
        about = acted(about, act(kind, anomaly_id=one.anomaly_id, until=T0 + HOUR, note="why"))
    quiet = quiet_of(about, LABELS, Book(), None, None, T0)
    told = ToldIn(
        sink="slack",
        address="#search",
        notice=one.anomaly_id,
        receipt=("C1", "1.2"),
        problem="the bot is not in the channel",
    )
    return record_of_case(about, quiet, "search", ("root", "root/search"), (told,), T0 + 60)
