"""The main job on Apache Kafka and a Slack server: two workers, one of them killed."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from fixtures_kafka import Kafka
from fixtures_slack import SlackServer

from tests.e2e.deployment import Deployment

pytestmark = [pytest.mark.kafka, pytest.mark.slack]

DAYS = 8
START = datetime(2026, 3, 2, tzinfo=UTC)
STORM = START + timedelta(days=DAYS - 1, hours=10)
RULES = """
version: 1
sources:
  billing: {bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 2s}
  usage: {bucket: 5m, lateness: 1m, horizon: 6h, idle_after: 2s, remember_ids: 30d}
allocation:
  rules:
    - {name: team, by: tag, keys: [team]}
    - {name: keys, by: api_key, values: {search-prod: search}}
pricing:
  overrides:
    - {model: house-model, input_per_million: 1.25, output_per_million: 10}
detection:
  overrides:
    - {name: usage, match: {source: usage}, set: {resolve_after: 1h}}
routing:
  default_channel: "#cloud-spend"
  routes:
    - {name: search, match: {team: search}, channel: "#team-search"}
    - {name: data, match: {team: data}, channel: "#team-data"}
digest: {channel: "#finops", at: "23:59"}
"""


def billing() -> Iterator[dict[str, object]]:
    """Two teams' hourly services with noise; the data team's warehouse triples in the last day."""
    random = Random(11)
    for hour in range(24 * DAYS):
        time = START + timedelta(hours=hour)
        for team, service, base in (
            ("data", "Warehouse", 12),
            ("search", "Compute", 6),
            ("", "Logs", 2),
        ):
            grown = 3 if service == "Warehouse" and time >= STORM else 1
            cost = Decimal(base * grown) * Decimal(random.randint(960, 1040)) / 1000
            yield {
                "BillingCurrency": "USD",
                "ChargeCategory": "Usage",
                "ChargePeriodStart": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "EffectiveCost": str(cost),
                "ServiceName": service,
                "RegionId": "eu-central-1",
                "Tags": {"team": team} if team else {},
            }


def usage() -> Iterator[dict[str, object]]:
    """One feature's traffic a minute; on the last day its calls are repeated five times for an hour."""
    random = Random(12)
    for minute in range(24 * 60 * DAYS):
        time = START + timedelta(minutes=minute)
        storming = STORM <= time < STORM + timedelta(hours=1)
        requests = random.randint(38, 42) * (5 if storming else 1)
        yield {
            "specversion": "1.0",
            "id": str(minute),
            "source": "gateway",
            "type": "spendwatch.usage.v1",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "data": {
                "provider": "house",
                "model": "house-model",
                "service": "answers",
                "api_key": "search-prod",
                "requests": requests,
                "input_tokens": requests * 2000,
                "output_tokens": requests * 150,
            },
        }


def write_lines(path: Path, rows: Iterator[dict[str, object]]) -> list[dict[str, object]]:
    written = list(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in written))
    return written


@pytest.fixture
def deployment(
    kafka: Kafka, slack_server: SlackServer, topic_prefix: str, tmp_path: Path
) -> Iterator[Deployment]:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    running = Deployment(
        {
            "SPENDWATCH_KAFKA_BROKERS": kafka.brokers,
            "SPENDWATCH_TOPIC_PREFIX": topic_prefix,
            "SPENDWATCH_PARTITIONS": "4",
            "SPENDWATCH_RULES": str(rules),
            "SPENDWATCH_SLACK_TOKEN": slack_server.token,
            "SPENDWATCH_SLACK_URL": slack_server.url,
            "SPENDWATCH_LOG_LEVEL": "info",
        },
        tmp_path,
    )
    yield running
    running.stop()


def totals(deployment: Deployment, by: str) -> dict[str, Decimal]:
    rows = csv.DictReader(
        io.StringIO(deployment.run("spend", "--by", by, "--format", "csv").stdout)
    )
    return {row[by]: Decimal(row["cost"]) for row in rows}


def charges_counted(deployment: Deployment) -> int:
    rows = csv.DictReader(
        io.StringIO(deployment.run("spend", "--by", "source", "--format", "csv").stdout)
    )
    return sum(int(row["charges"]) for row in rows)


@pytest.mark.timeout(280)
def test_the_main_job(deployment: Deployment, slack_server: SlackServer, tmp_path: Path) -> None:
    """Each team hears once of its own jump, finance gets a statement that adds up, a killed worker changes nothing."""
    for channel in ("team-search", "team-data", "cloud-spend", "finops"):
        slack_server.create_channel(channel)
    bill = write_lines(tmp_path / "bill.jsonl", billing())
    tokens = write_lines(tmp_path / "usage.jsonl", usage())
    with (tmp_path / "bill.jsonl").open("a") as more:
        more.write('{"BillingCurrency": "USD", "ServiceName": "no cost"}\nnot json\n')
    half = len(tokens) // 2
    for name, part in (("first", tokens[:half]), ("second", tokens[half:])):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part))

    assert "created" in deployment.run("topics", "create").stdout
    deployment.start_worker("one")
    deployment.start_worker("two")
    deployment.run("publish", str(tmp_path / "bill.jsonl"), str(tmp_path / "first.jsonl"))
    deployment.wait_for(
        lambda: charges_counted(deployment) > 1000, "the first half is being counted"
    )
    deployment.kill_worker("two")
    deployment.run("publish", str(tmp_path / "second.jsonl"))
    deployment.run("publish", str(tmp_path / "second.jsonl"))  # its publisher was started twice
    deployment.start_worker("two")

    everything = len(bill) + len(tokens)
    deployment.wait_for(lambda: charges_counted(deployment) >= everything, "all is counted")
    assert charges_counted(deployment) == everything
    expected = {"Warehouse": Decimal(0), "Compute": Decimal(0), "Logs": Decimal(0)}
    for row in bill:
        expected[str(row["ServiceName"])] += Decimal(str(row["EffectiveCost"]))
    requests = sum(int(row["data"]["requests"]) for row in tokens)  # type: ignore[index]
    expected["answers"] = requests * (2000 * Decimal("1.25") + 150 * Decimal(10)) / 1_000_000
    assert totals(deployment, "service") == expected

    deployment.wait_for(lambda: bool(slack_server.history("team-search")), "search hears of it")
    deployment.wait_for(lambda: bool(slack_server.history("team-data")), "data hears of it")
    deployment.run("digest", "--day", f"{STORM:%Y-%m-%d}", "--send")
    deployment.wait_for(lambda: bool(slack_server.history("finops")), "finance gets its statement")

    (storm,) = slack_server.history("team-search")
    assert "answers" in storm["text"]
    assert "rose" in json.dumps(storm).lower()
    (warehouse,) = slack_server.history("team-data")
    assert "Warehouse" in warehouse["text"]
    assert slack_server.history("cloud-spend") == []

    (statement,) = slack_server.history("finops")
    assert f"{STORM:%Y-%m-%d}" in json.dumps(statement) or "digest" in statement["text"].lower()
    printed = json.loads(
        deployment.run("digest", "--day", f"{STORM:%Y-%m-%d}", "--format", "json").stdout
    )
    day = f"{STORM:%Y-%m-%d}"
    spent = sum(
        (
            Decimal(str(row["EffectiveCost"]))
            for row in bill
            if str(row["ChargePeriodStart"]).startswith(day)
        ),
        Decimal(0),
    )
    requests = sum(
        int(row["data"]["requests"]) for row in tokens if str(row["time"]).startswith(day)
    )  # type: ignore[index]
    spent += requests * (2000 * Decimal("1.25") + 150 * Decimal(10)) / 1_000_000
    (dollars,) = printed["currencies"]
    assert Decimal(dollars["total"]) == spent
    assert charges_counted(deployment) == everything
