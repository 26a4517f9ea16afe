"""An engineer's hour: a client retries without end, and the team that pays hears of it once, does something, and sees the end."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.deployment import Deployment
from tests.scenarios.conftest import Deploy
from tests.scenarios.traffic import PRICING, cost_of, minutes, write
from tests.slack_world import World

pytestmark = pytest.mark.kafka

START = datetime(2026, 3, 2, tzinfo=UTC)
STORM = START + timedelta(days=1)
ACKNOWLEDGED, OVER = STORM + timedelta(minutes=5), STORM + timedelta(minutes=40)
FIRST_LINE = re.compile(r"(Opened|Growing) ▲ rose \+\$[23],\d{3} a day · search · answers")
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


def shown(deployment: Deployment) -> tuple[dict[str, Any], dict[str, Any]]:
    """The anomaly and the case of it, as the shell shows them."""
    (row,) = json.loads(
        deployment.run("anomalies", "list", "--state", "all", "--format", "json").stdout
    )
    record: dict[str, Any] = json.loads(
        deployment.run("anomalies", "show", row["anomaly_id"], "--format", "json").stdout
    )
    return record["anomaly"], record


def takes_up(deployment: Deployment, slack: World) -> None:
    """A stranger presses Acknowledge and is told whom to ask; Ann of the team does, and the message names her."""
    message = slack.only("team-search")
    deployment.wait_for(lambda: bool(slack.links), "the worker listens to buttons")
    slack.press(message, "acknowledge", "U0MALLORY", "mallory")
    deployment.wait_for(lambda: bool(slack.told), "the stranger is answered")
    ((user, channel, answer),) = slack.told
    assert (user, channel) == ("U0MALLORY", "team-search")
    assert "<!subteam^S0SEARCH>" in answer
    assert "Acknowledged" not in message.whole
    slack.press(message, "acknowledge", "U0ANN", "ann")
    deployment.wait_for(lambda: "Acknowledged" in message.text, "the message is Ann's")
    assert "by ann" in message.whole
    deployment.wait_for(
        lambda: slack.thread_says(message, "Ann acknowledged it."), "the thread names Ann"
    )
    assert not any("mallory" in one.whole.lower() for one in slack.messages)


def test_an_engineer_takes_up_a_retry_storm(deploy: Deploy, slack: World, tmp_path: Path) -> None:
    """One message from the first bucket to the end: cause, chart, who is on it, what it cost; strangers change nothing."""
    usual = write(tmp_path / "usual.jsonl", minutes(START, STORM, seed=1))
    first = write(tmp_path / "first.jsonl", minutes(STORM, ACKNOWLEDGED, seed=1, times=3))
    more = write(tmp_path / "more.jsonl", minutes(ACKNOWLEDGED, OVER, seed=1, times=3))
    write(tmp_path / "after.jsonl", minutes(OVER, OVER + timedelta(minutes=40), seed=1))
    deployment = deploy(RULES, "one")

    deployment.run("publish", str(tmp_path / "usual.jsonl"), str(tmp_path / "first.jsonl"))
    deployment.wait_for(lambda: bool(slack.channel("team-search")), "the team hears of it")
    message = slack.only("team-search")
    assert FIRST_LINE.match(message.first)
    assert "requests 3.0x their usual number" in message.whole
    assert "as in a storm of retries" in message.whole
    deployment.wait_for(lambda: bool(slack.charts(message)), "the chart is in the thread")
    (chart,) = slack.charts(message)
    assert chart.content.startswith(b"\x89PNG")
    assert "answers" in chart.alt_text
    takes_up(deployment, slack)

    deployment.run("publish", str(tmp_path / "more.jsonl"))
    deployment.wait_for(lambda: slack.thread_says(message, "Worse:"), "it got worse")
    deployment.run("publish", str(tmp_path / "after.jsonl"))
    deployment.wait_for(lambda: slack.thread_says(message, "Over after 40 min."), "it is over")
    deployment.wait_for(lambda: len(slack.charts(message)) == 2, "the last chart is there")

    anomaly, record = shown(deployment)
    impact = Decimal(anomaly["impact"])
    cost = cost_of([*first, *more]) - cost_of(usual) * 40 / 1440
    assert abs(impact - cost) < cost / 10  # the forecast follows a little
    assert message.text.startswith(f"Resolved ▲ rose +${impact:.2f} in all over 40 min")
    assert slack.thread_says(message, f"It cost ${impact:.2f} more than expected.")
    assert record["state"] == "resolved"
    assert record["acknowledged"]["by"] == ["U0ANN", "ann", "slack"]
    printed = deployment.run("anomalies", "show", anomaly["anomaly_id"]).stdout
    assert message.text in " ".join(printed.replace("│", " ").split())
    assert slack.only("team-search") is message
    assert not slack.channel("cloud-spend")
