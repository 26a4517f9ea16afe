"""Cases, silences and planned events that tests of the shell start from."""

from typing import Any

import msgspec

from alerting.cases.acts import Act, Actor
from alerting.cases.case import Happening
from alerting.cases.record import CaseRecord, ToldIn
from alerting.cases.silence import PlannedEvent, Silence
from tests.alerting_examples import START, anomaly

ANN = Actor("U1", "Ann", "slack")
BOB = Actor("bob", "Bob", "shell")
OPENED = START + 3 * 3600  # epoch seconds
HOUR = 3600


def act(kind: Any = "acknowledge", **changes: Any) -> Act:
    """Ann is on it, an hour after it was opened."""
    one = Act(
        act_id=f"act-{kind}",
        anomaly_id="A-EXAMPLE234",
        kind=kind,
        by=ANN,
        at=OPENED + HOUR,
        note="on it",
    )
    return msgspec.structs.replace(one, **changes)


def case(**changes: Any) -> CaseRecord:
    """The example anomaly, opened and told in one channel; what is no field of a case changes the anomaly."""
    own = {name: changes.pop(name) for name in CaseRecord.__struct_fields__ if name in changes}
    fields: dict[str, Any] = {
        "anomaly": anomaly(**changes),
        "state": "opened",
        "opened_at": OPENED,
        "changed_at": OPENED,
        "history": (Happening("opened", OPENED),),
        "routes": ("root/search",),
        "told": (ToldIn(sink="slack", address="#search", notice="N-1", receipt=("C1", "1.5")),),
    }
    return CaseRecord(**{**fields, **own})


def silence(**changes: Any) -> Silence:
    """Search is quiet for two hours."""
    one = Silence(
        silence_id="S-AAAABBBB22",
        matchers=("team=search",),
        starts_at=OPENED,
        ends_at=OPENED + 2 * HOUR,
        by=ANN,
        comment="maintenance",
        created_at=OPENED,
    )
    return msgspec.structs.replace(one, **changes)


def planned(**changes: Any) -> PlannedEvent:
    """A load test of two hours, up to three times the usual."""
    one = PlannedEvent(
        planned_id="P-CCCCDDDD33",
        name="Load test",
        matchers=("team=search",),
        starts_at=OPENED,
        ends_at=OPENED + 2 * HOUR,
        by=ANN,
        comment="before the launch",
        created_at=OPENED,
        factor=3.0,
    )
    return msgspec.structs.replace(one, **changes)
