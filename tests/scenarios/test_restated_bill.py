"""A bill that is corrected: what the first export said is taken back in the message that told it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.scenarios.conftest import Deploy
from tests.scenarios.traffic import row, write
from tests.slack_world import World

pytestmark = pytest.mark.kafka

START = datetime(2026, 3, 2, tzinfo=UTC)
WRONG, END = START + timedelta(days=14, hours=6), START + timedelta(days=14, hours=11)
RULES = """
version: 1
sources:
  billing: {bucket: 1h, lateness: 1h, horizon: 35d, idle_after: 1s, delivery: snapshot}
  usage: {bucket: 5m, lateness: 1m, horizon: 6h, idle_after: 1s}
allocation:
  rules: [{name: team, by: tag, keys: [team]}]
routing:
  default_channel: "#cloud-spend"
  routes: [{name: data, match: {team: data}, channel: "#team-data"}]
digest: {channel: "#finops", at: "23:59"}
"""


def export(times: int) -> Iterator[dict[str, object]]:
    """The bill so far; the newest hours of the warehouse are billed so many times."""
    random, hour = Random(3), START
    while hour < END:
        for team, service, base in (("data", "Warehouse", 12), ("search", "Compute", 6)):
            is_wrong = service == "Warehouse" and hour >= WRONG
            cost = Decimal(base) * Decimal(random.randint(960, 1040)) / 1000
            yield row(hour, str(cost * times if is_wrong else cost), service, team)
        hour += timedelta(hours=1)


def test_a_corrected_export_takes_an_anomaly_back(
    deploy: Deploy, slack: World, tmp_path: Path
) -> None:
    """The message, its thread, the shell and the digest say so; nobody is told twice, and the day's total is the corrected one."""
    write(tmp_path / "wrong.jsonl", export(3))
    right = write(tmp_path / "right.jsonl", export(1))
    deployment = deploy(RULES, "one")

    deployment.run("publish", str(tmp_path / "wrong.jsonl"))
    deployment.wait_for(lambda: bool(slack.channel("team-data")), "the team hears of it")
    message = slack.only("team-data")
    assert "data · Warehouse" in message.first
    deployment.wait_for(lambda: bool(slack.charts(message)), "the chart is in the thread")
    deployment.run("publish", str(tmp_path / "right.jsonl"))
    deployment.wait_for(lambda: message.text.startswith("Retracted"), "the message says so")
    deployment.wait_for(
        lambda: slack.thread_says(message, "Taken back: late or corrected charges"),
        "the thread says so",
    )

    (case,) = json.loads(
        deployment.run("anomalies", "list", "--state", "all", "--format", "json").stdout
    )
    assert case["state"] == "retracted"
    day = f"{END:%Y-%m-%d}"
    (dollars,) = json.loads(deployment.run("digest", "--day", day, "--format", "json").stdout)[
        "currencies"
    ]
    assert Decimal(dollars["total"]) == sum(
        Decimal(str(one["EffectiveCost"])) for one in right if day in str(one["ChargePeriodStart"])
    )
    deployment.run("digest", "--day", day, "--send")
    deployment.wait_for(lambda: bool(slack.channel("finops")), "finance gets its statement")
    (statement,) = slack.channel("finops")
    assert f"{case['anomaly_id']}" in statement.whole
    assert "no rise after all · data · Warehouse · retracted" in statement.whole
    assert "0 anomalies; 1 retracted" in statement.whole
    assert slack.only("team-data") is message
    assert not slack.channel("cloud-spend")
