"""An engineer's hour: a client retries without end, and the team that pays hears of it once, does something, and sees the end."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.deployment import Deployment
from tests.scenarios.conftest import Deploy
from tests.scenarios.traffic import PRICING, cost_of, minutes, write
from tests.slack_world import Said, World

pytestmark = pytest.mark.kafka

START = datetime(2026, 3, 2, tzinfo=UTC)
STORM = START + timedelta(days=1)
ACKNOWLEDGED, OVER = STORM + timedelta(minutes=5), STORM + timedelta(minutes=40)
RULES = f"""
version: 1
sources:
  billing: {{bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 1s}}
  usage: {{bucket: 1m, lateness: 30s, horizon: 1h, idle_after: 1s}}
allocation:
  rules: [{{name: team, by: tag, keys: [team]}}]
{PRICING}
detection: {{defaults: {{resolve_after: 15m}}}}
routing:
  default_channel: "#cloud-spend"
  operator_channel: "#operators"
digest: {{channel: "#finops", at: "23:59"}}
owners:
  - {{team: search, channel: "#team-search", members: [S0SEARCH]}}
"""


def shown(deployment: Deployment) -> dict[str, object]:
    """The one case, as the shell shows it."""
    listed = json.loads(
        deployment.run("anomalies", "list", "--state", "all", "--format", "json").stdout
    )
    (row,) = listed
    record: dict[str, object] = json.loads(
        deployment.run("anomalies", "show", row["anomaly_id"], "--format", "json").stdout
    )
    return record


def by_whom(record: dict[str, object]) -> object:
    """Id, name and way of who took it up."""
    acknowledged = record["acknowledged"]
    assert isinstance(acknowledged, dict)
    return acknowledged["by"]


def test_an_engineer_takes_up_a_retry_storm(deploy: Deploy, slack: World, tmp_path: Path) -> None:
    """One message from the first bucket to the end: cause, chart, who is on it, what it cost; strangers change nothing."""
    usual = write(tmp_path / "usual.jsonl", minutes(START, STORM, seed=1))
    first = write(tmp_path / "first.jsonl", minutes(STORM, ACKNOWLEDGED, seed=1, times=3))
    more = write(tmp_path / "more.jsonl", minutes(ACKNOWLEDGED, OVER, seed=1, times=3))
    write(tmp_path / "after.jsonl", minutes(OVER, OVER + timedelta(minutes=40), seed=1))
    deployment = deploy(RULES, "one")

    def message() -> Said:
        (found,) = slack.channel("team-search")
        return found

    def says(*words: str) -> bool:
        return all(word in message().whole for word in words)

    def in_thread(word: str) -> bool:
        return any(word in one for one in slack.thread(message()))

    deployment.run("publish", str(tmp_path / "usual.jsonl"), str(tmp_path / "first.jsonl"))
    deployment.wait_for(lambda: bool(slack.channel("team-search")), "the team hears of it")
    deployment.wait_for(lambda: bool(slack.charts(message())), "the chart is in the thread")
    title = message().first
    assert re.match(r"(Opened|Growing) ▲ rose \+\$[23],\d{3} a day · search · answers", title)
    assert says("requests 3.0x their usual number", "retries")
    (chart,) = slack.charts(message())
    assert chart.content.startswith(b"\x89PNG")
    assert "answers" in chart.alt_text

    deployment.wait_for(lambda: bool(slack.links), "the worker listens to buttons")
    before = message().whole
    slack.press(message(), "acknowledge", "U0MALLORY", "mallory")
    deployment.wait_for(lambda: bool(slack.told), "the stranger is answered")
    ((user, channel, answer),) = slack.told
    assert (user, channel) == ("U0MALLORY", "team-search")
    assert "<!subteam^S0SEARCH>" in answer
    slack.press(message(), "acknowledge", "U0ANN", "ann")
    deployment.wait_for(lambda: "Acknowledged" in message().text, "the message is Ann's")
    assert says("ann")
    assert "mallory" not in message().whole
    assert "Acknowledged" not in before
    deployment.wait_for(lambda: in_thread("Ann acknowledged it."), "the thread names Ann")

    deployment.run("publish", str(tmp_path / "more.jsonl"))
    deployment.wait_for(lambda: in_thread("Worse:"), "the thread says that it got worse")
    deployment.run("publish", str(tmp_path / "after.jsonl"))
    deployment.wait_for(lambda: in_thread("Over after 40 min."), "the thread says that it is over")
    deployment.wait_for(lambda: len(slack.charts(message())) == 2, "the last chart is there")

    record = shown(deployment)
    anomaly = record["anomaly"]
    assert isinstance(anomaly, dict)
    impact = Decimal(anomaly["impact"])
    cost = cost_of([*first, *more]) - cost_of(usual) * 40 / 1440
    assert abs(impact - cost) < cost * Decimal("0.1")
    money = f"${impact:.2f}"
    assert message().text.startswith("Resolved")
    assert says(f"+{money} in all over 40 min")
    assert in_thread(f"It cost {money} more than expected.")
    assert record["state"] == "resolved"
    assert by_whom(record) == ["U0ANN", "ann", "slack"]
    printed = deployment.run("anomalies", "show", anomaly["anomaly_id"]).stdout
    assert message().text in " ".join(printed.replace("│", " ").split())
    assert "ann" in printed
    assert not slack.channel("cloud-spend")
    assert len(slack.told) == 1
