"""A source that stops: whoever runs the service hears of it once, no team hears of falls, and its return is told where the stop was."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.deployment import Deployment
from tests.scenarios.conftest import Deploy
from tests.scenarios.traffic import PRICING, minutes, write
from tests.slack_world import World

pytestmark = pytest.mark.kafka

START = datetime(2026, 3, 2, tzinfo=UTC)
STOP = START + timedelta(hours=20)
RETURN = STOP + timedelta(minutes=40)
RULES = f"""
version: 1
sources:
  billing: {{bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 1s}}
  usage: {{bucket: 1m, lateness: 30s, horizon: 1h, idle_after: 1s, stale_after: 12s}}
allocation:
  rules: [{{name: team, by: tag, keys: [team]}}]
{PRICING}
detection: {{defaults: {{resolve_after: 15m}}}}
routing:
  default_channel: "#cloud-spend"
  operator_channel: "#operators"
digest: {{channel: "#finops", at: "23:59"}}
owners:
  - {{team: search, channel: "#team-search"}}
"""


def has_alerts(deployment: Deployment, name: str) -> bool:
    """Whether a worker has, or had, the partition of the alerts."""
    lines = deployment.log(name).splitlines()
    assigned = [line for line in lines if "this worker has" in line]
    return bool(assigned) and ".alerts 0" in assigned[-1]


def test_a_source_that_stops_is_told_once(deploy: Deploy, slack: World, tmp_path: Path) -> None:
    """The worker that told it is killed, the next one tells it not again; when usage is back, the same message says so."""
    write(tmp_path / "usage.jsonl", minutes(START, STOP, seed=1))
    write(tmp_path / "again.jsonl", minutes(RETURN, RETURN + timedelta(minutes=10), seed=1))
    deployment = deploy(RULES, "one", "two")

    def falls() -> list[dict[str, str]]:
        options = ("--state", "all", "--team", "search", "--format", "json")
        found: list[dict[str, str]] = json.loads(
            deployment.run("anomalies", "list", *options).stdout
        )
        return found

    deployment.run("publish", str(tmp_path / "usage.jsonl"))
    deployment.wait_for(lambda: bool(slack.channel("operators")), "the operators hear of it")
    message = slack.only("operators")
    assert message.first.startswith("Stopped: source usage · nothing came since")
    stopped = message.metadata["event_payload"]["key"]
    owner, other = ("one", "two") if has_alerts(deployment, "one") else ("two", "one")
    deployment.kill_worker(owner)
    deployment.wait_for(lambda: has_alerts(deployment, other), "the other worker takes over")
    deployment.run("publish", str(tmp_path / "again.jsonl"))
    deployment.wait_for(lambda: bool(slack.thread(message)), "its return is told in the thread")
    assert slack.only("operators") is message
    assert message.text.startswith("Back: source usage · messages come again")
    (said,) = slack.thread(message)
    assert said.startswith("Back: source usage")
    deployment.wait_for(lambda: bool(falls()), "the hole that the stop has left is a fall")
    assert [(one["team"], one["quiet"], one["quiet_by"]) for one in falls()] == [
        ("search", "inhibited", stopped)
    ]
    assert not slack.channel("team-search")
    assert not slack.channel("cloud-spend")
