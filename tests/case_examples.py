"""Cases that tests of messages start from; each test names only what matters to it."""

from typing import Any

from alerting_examples import HOUR, START, anomaly

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, ActKind, Actor
from alerting.cases.case import Case, Happening
from alerting.render.view import View

ANN = Actor("U0ANN", "Ann", "slack")
NOW = START + 4 * HOUR  # 16:00 of a Monday


def act(kind: ActKind, **changes: Any) -> Act:
    """What Ann did at 12:05."""
    fields: dict[str, Any] = {"by": ANN, "at": START + 300, "note": "on it"}
    return Act(act_id="1", anomaly_id="A-EXAMPLE234", kind=kind, **{**fields, **changes})


def case(one: Anomaly | None = None, **changes: Any) -> Case:
    """The example anomaly, which nobody has touched."""
    fields: dict[str, Any] = {
        "opened_at": START + HOUR,
        "history": (Happening("opened", START + HOUR),),
    }
    return Case(anomaly=anomaly() if one is None else one, **{**fields, **changes})


def view(**changes: Any) -> View:
    """How it looks in a place without buttons, four hours after it began."""
    return View(**{"state": "opened", "now": NOW, **changes})
