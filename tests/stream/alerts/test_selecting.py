"""Which cases a list shows."""

import pytest

from alerting.cases.record import CaseRecord
from stream.alerts.selecting import SEVERITIES, STATES, Selection, names_of, select
from stream.errors import UserError
from tests.alerting_examples import anomaly
from tests.stream.alerts.records import OPENED, case

CASES: dict[str, CaseRecord] = {
    "new": case(anomaly_id="new", opened_at=OPENED + 60),
    "acked": case(anomaly_id="acked", state="acknowledged", severity="high"),
    "ads": case(anomaly_id="ads", team="Ads", service="Claude", opened_at=OPENED - 60, told=()),
    "over": CaseRecord(
        anomaly=anomaly(anomaly_id="over", state="resolved"),
        state="resolved",
        opened_at=OPENED - 120,
        changed_at=OPENED,
    ),
}


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), ["new", "acked", "ads"]),
        (Selection(states=("all",)), ["new", "acked", "ads", "over"]),
        (Selection(states=("acknowledged", "resolved")), ["acked", "over"]),
        (Selection(team="ads"), ["ads"]),
        (Selection(team="s*"), ["new", "acked"]),
        (Selection(service="cl*"), ["ads"]),
        (Selection(severities=("high", "critical")), ["acked"]),
        (Selection(since=OPENED), ["new", "acked"]),
        (Selection(notice="N-1"), ["new", "acked"]),
        (Selection(notice="N-2"), []),
    ],
)
def test_a_list_shows_what_was_asked_for(selection: Selection, chosen: list[str]) -> None:
    """The newest first; open is what is not over, whatever people did."""
    assert [one.anomaly.anomaly_id for one in select(CASES.values(), selection)] == chosen


def test_names_have_commas_between_them() -> None:
    """In any case."""
    assert names_of("High, critical", "--severity", SEVERITIES) == ("high", "critical")


@pytest.mark.parametrize("text", ["opn", "", "open,,done"])
def test_an_unknown_name_is_refused(text: str) -> None:
    """With those there are."""
    with pytest.raises(UserError, match="take of open, all, opened, growing") as refused:
        names_of(text, "--state", STATES)
    assert refused.value.exit_code == 2
