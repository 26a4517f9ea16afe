"""A region fails over, and everything in it costs four times as much: one message, whatever the number."""

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

SERVICES = 500
START = datetime(2026, 3, 2, tzinfo=UTC)
FAILED_OVER, BACK = START + timedelta(hours=30), START + timedelta(hours=31)
RULES = """
version: 1
sources:
  billing: {bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 1s}
  usage: {bucket: 5m, lateness: 1m, horizon: 6h, idle_after: 1s}
allocation:
  rules: [{name: team, by: tag, keys: [team]}]
detection: {defaults: {resolve_after: 3h}}
routing:
  default_channel: "#cloud-spend"
  operator_channel: "#operators"
digest: {channel: "#finops", at: "23:59"}
"""


def bill(start: datetime, until: datetime, times: int = 1) -> Iterator[dict[str, object]]:
    """Services of one account by the hour."""
    random = Random(f"{start}")
    while start < until:
        for number in range(SERVICES):
            cost = Decimal(2 * times) * random.randint(960, 1040) / 1000
            yield row(
                start,
                str(cost),
                f"Service {number:03}",
                "search",
                RegionId="eu-west-1",
                SubAccountId="4711",
            )
        start += timedelta(hours=1)


def test_a_flood_is_one_message(deploy: Deploy, slack: World, tmp_path: Path) -> None:
    """It counts all, the shell lists each of them by its key, and when all are over it says so."""
    write(tmp_path / "usual.jsonl", bill(START, FAILED_OVER))
    write(tmp_path / "more.jsonl", bill(FAILED_OVER, BACK, times=4))
    write(tmp_path / "after.jsonl", bill(BACK, BACK + timedelta(hours=7)))
    deployment = deploy(RULES, "one", "two")

    def listed(state: str) -> list[dict[str, str]]:
        key = slack.only("cloud-spend").metadata["event_payload"]["key"]
        options = ("--notice", key, "--state", state, "--format", "json")
        found: list[dict[str, str]] = json.loads(
            deployment.run("anomalies", "list", *options).stdout
        )
        return found

    deployment.run("publish", str(tmp_path / "usual.jsonl"), str(tmp_path / "more.jsonl"))
    deployment.wait_for(lambda: bool(slack.channel("cloud-spend")), "it is told")
    message = slack.only("cloud-spend")
    deployment.wait_for(lambda: f"{SERVICES} " in message.text, "all are counted")
    assert "all: account 4711, region eu-west-1" in message.whole
    deployment.wait_for(lambda: len(listed("open")) == SERVICES, "the shell lists all by its key")
    total = sum(Decimal(one["impact"]) for one in listed("open"))
    assert f"*So far:* +${total:,.0f}" in message.whole

    deployment.run("publish", str(tmp_path / "after.jsonl"))
    deployment.wait_for(
        lambda: slack.thread_says(message, f"All over: {SERVICES} resolved."), "all are over"
    )
    deployment.wait_for(lambda: "open" not in message.text, "the message says so")
    assert len(listed("resolved")) == SERVICES
    assert slack.only("cloud-spend") is message
    assert message.text.startswith(f"Over: ▲ {SERVICES} anomalies, +${total:,.0f} in all")
    assert f"*In all:* +${total:,.0f}" in message.whole
