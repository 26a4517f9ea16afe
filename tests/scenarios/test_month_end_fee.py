"""Finance's month end: the fee that comes each month wakes nobody, a purchase that nobody knows of does, and the statement adds up."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.e2e.deployment import Deployment
from tests.scenarios.conftest import Deploy
from tests.scenarios.traffic import row, write
from tests.slack_world import World

pytestmark = pytest.mark.kafka

START, LAST = datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
SUPPORT, LICENSE = "1250.005", "8400.25"
RULES = """
version: 1
sources:
  billing: {bucket: 1d, lateness: 1h, horizon: 35d, idle_after: 2s}
  usage: {bucket: 5m, lateness: 1m, horizon: 6h, idle_after: 1s}
allocation:
  rules: [{name: team, by: tag, keys: [team]}]
routing:
  default_channel: "#cloud-spend"
  routes:
    - {name: data, match: {team: data}, channel: "#team-data"}
    - {name: search, match: {team: search}, channel: "#team-search"}
digest: {channel: "#finops", at: "23:59"}
"""


def bill() -> Iterator[dict[str, object]]:
    """Three months of two services by the day; support on the last day of each, and in March a license besides."""
    random = Random(5)
    day = START
    while day <= LAST:
        for team, service, base in (("search", "Compute", 310), ("data", "Warehouse", 140)):
            cost = Decimal(base) * Decimal(random.randint(9600, 10400)) / 10_000 + Decimal("0.003")
            yield row(day, str(cost), service, team)
        if (day + timedelta(days=1)).day == 1:
            yield row(
                day,
                SUPPORT,
                "Support",
                "data",
                ChargeCategory="Purchase",
                ChargeFrequency="Recurring",
            )
        if day == LAST:
            yield row(
                day,
                LICENSE,
                "Marketplace",
                "search",
                ChargeCategory="Purchase",
                ChargeFrequency="One-Time",
            )
        day += timedelta(days=1)


def day_of(charge: dict[str, object]) -> str:
    return str(charge["ChargePeriodStart"])[:10]


def amount(charge: dict[str, object]) -> Decimal:
    return Decimal(str(charge["EffectiveCost"]))


def counted(deployment: Deployment) -> int:
    listed = deployment.run("spend", "--by", "source", "--format", "csv").stdout
    return sum(int(one["charges"]) for one in csv.DictReader(io.StringIO(listed)))


def printed(deployment: Deployment, day: str, form: str) -> str:
    return deployment.run("digest", "--day", day, "--format", form).stdout


def test_finance_closes_the_month(deploy: Deploy, slack: World, tmp_path: Path) -> None:
    """Support comes as in the months before and is told to nobody; the license is told; the day adds up to the cent."""
    rows = list(bill())
    old = write(tmp_path / "old.jsonl", (one for one in rows if day_of(one) <= "2026-03-20"))
    write(tmp_path / "new.jsonl", (one for one in rows if day_of(one) > "2026-03-20"))
    today = f"{LAST:%Y-%m-%d}"
    total = sum((amount(one) for one in rows if day_of(one) == today), Decimal(0))
    deployment = deploy(RULES, "one")

    deployment.run("publish", str(tmp_path / "old.jsonl"))
    deployment.wait_for(lambda: counted(deployment) == len(old), "what was before is known")
    deployment.run("publish", str(tmp_path / "new.jsonl"))
    deployment.wait_for(lambda: bool(slack.channel("team-search")), "the purchase is told")
    (purchase,) = slack.channel("team-search")
    assert purchase.first == (
        "Opened, critical ▲ new: search · Marketplace began with a purchase of $8,400"
    )
    deployment.wait_for(lambda: counted(deployment) == len(rows), "the whole month is counted")

    (statement,) = json.loads(printed(deployment, today, "json"))["currencies"]
    assert Decimal(statement["total"]) == total
    lines = list(csv.DictReader(io.StringIO(printed(deployment, today, "csv"))))
    teams = [Decimal(one["cost"]) for one in lines if one["row"] == "team"]
    assert sum(teams, Decimal(0)) == total
    deployment.run("digest", "--day", today, "--send")
    deployment.wait_for(lambda: bool(slack.channel("finops")), "finance gets its statement")
    (sent,) = slack.channel("finops")
    assert f"${total:,.2f}" in sent.whole
    assert "Marketplace" in sent.whole

    cases = json.loads(
        deployment.run("anomalies", "list", "--state", "all", "--format", "json").stdout
    )
    assert [(one["service"], one["impact"]) for one in cases] == [("Marketplace", LICENSE)]
    assert not slack.channel("team-data")
    assert not slack.channel("cloud-spend")
