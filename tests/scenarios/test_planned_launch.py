"""A launch that was planned, one that outgrew its plan, and a silence that comes and goes while workers run."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.deployment import Deployment
from tests.scenarios.conftest import Deploy
from tests.scenarios.traffic import PRICING, minutes, write
from tests.slack_world import World

pytestmark = pytest.mark.kafka

RULES = f"""
version: 1
sources:
  billing: {{bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 1s}}
  usage: {{bucket: 1m, lateness: 30s, horizon: 1h, idle_after: 1s}}
allocation:
  rules: [{{name: team, by: tag, keys: [team]}}]
{PRICING}
detection: {{defaults: {{resolve_after: 15m}}}}
routing: {{default_channel: "#cloud-spend"}}
digest: {{channel: "#finops", at: "23:59"}}
owners:
  - {{team: search, channel: "#team-search"}}
  - {{team: data, channel: "#team-data"}}
"""
USUAL = {"search": 1, "data": 1, "ops": 1}


def traffic(path: Path, start: datetime, until: datetime, times: dict[str, int]) -> str:
    """A file of three teams' usage, each so many times as much as usual, all of it answered."""
    each = [
        minutes(start, until, seed=1, times=more, answered=True, team=team)
        for team, more in times.items()
    ]
    rows = sorted((one for usage in each for one in usage), key=lambda one: str(one["time"]))
    write(path, rows)
    return str(path)


def quiet(deployment: Deployment, team: str) -> str:
    """Why the one case of a team is told to nobody; empty if there is none, or it is told."""
    options = ("--team", team, "--state", "all", "--format", "json")
    found = json.loads(deployment.run("anomalies", "list", *options).stdout)
    return str(found[0]["quiet"]) if found else ""


def test_a_launch_goes_as_planned_or_does_not(deploy: Deploy, slack: World, tmp_path: Path) -> None:
    """Within its factor nobody is woken and the digest has it as planned; beyond, and after a silence, it is told."""
    launch = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=30)
    later = launch + timedelta(minutes=8)
    usual = traffic(tmp_path / "usual.jsonl", launch - timedelta(hours=20), launch, USUAL)
    within = traffic(tmp_path / "within.jsonl", launch, later, {"search": 2, "data": 2, "ops": 5})
    beyond = traffic(
        tmp_path / "beyond.jsonl",
        later,
        later + timedelta(minutes=4),
        {"search": 2, "data": 8, "ops": 5},
    )
    deployment = deploy(RULES, "one", "two")
    deployment.run("publish", usual)
    deployment.run(
        *(
            "planned",
            "add",
            "Launch",
            "service=answers",
            "team=~search|data",
            "--comment",
            "new model",
        ),
        *("--from", f"{launch:%Y-%m-%dT%H:%MZ}", "--for", "4h", "--factor", "3"),
    )
    silence = deployment.run(
        "silence", "add", "team=ops", "--for", "1h", "--comment", "maintenance"
    ).stdout.split(":")[0]

    deployment.run("publish", within)
    for team, why in (("search", "planned"), ("data", "planned"), ("ops", "silenced")):
        deployment.wait_for(
            lambda team=team, why=why: quiet(deployment, team).startswith(why),  # type: ignore[misc]
            f"{team} is {why}",
        )
    assert slack.messages == []

    deployment.run("silence", "expire", silence)
    deployment.wait_for(lambda: bool(slack.channel("cloud-spend")), "what was silenced is told")
    deployment.run("publish", beyond)
    deployment.wait_for(lambda: bool(slack.channel("team-data")), "what outgrew its plan is told")
    assert quiet(deployment, "search").startswith("planned")
    assert not slack.channel("team-search")

    day = f"{later:%Y-%m-%d}"
    deployment.run("digest", "--day", day, "--send")
    deployment.wait_for(lambda: bool(slack.channel("finops")), "finance gets its statement")
    (statement,) = slack.channel("finops")
    before, planned = statement.whole.split("Planned: 1, nobody was woken")
    assert "data · answers" in before
    assert "search · answers" in planned
    assert "ops · answers" in before
    assert [one.channel for one in slack.messages if one.thread is None] == [
        *("cloud-spend", "team-data", "finops")
    ]
