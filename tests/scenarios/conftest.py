"""What the stories share: a workspace, and workers on a Kafka that speak to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures_kafka import Kafka

from tests.e2e.deployment import Deployment
from tests.slack_world import World, slack_world

CHANNELS = ("team-search", "team-data", "cloud-spend", "finops", "operators")
GROUPS = {"S0SEARCH": ["U0ANN", "U0ABE"]}

Deploy = Callable[..., Deployment]


@pytest.fixture
def slack() -> Iterator[World]:
    """A Slack workspace; Ann and Abe are the team search, nobody else is in a user group."""
    with slack_world(CHANNELS, GROUPS) as world:
        yield world


@pytest.fixture
def deploy(kafka: Kafka, slack: World, topic_prefix: str, tmp_path: Path) -> Iterator[Deploy]:
    """Deploys with given rules: topics are made, and the named workers started."""
    running: list[Deployment] = []

    def begin(rules: str, *workers: str) -> Deployment:
        (tmp_path / "rules.yaml").write_text(rules)
        deployment = Deployment(
            {
                "SPENDWATCH_KAFKA_BROKERS": kafka.brokers,
                "SPENDWATCH_TOPIC_PREFIX": topic_prefix,
                "SPENDWATCH_PARTITIONS": "2",
                "SPENDWATCH_RULES": str(tmp_path / "rules.yaml"),
                **slack.settings(),
            },
            tmp_path,
            patience=60,
        )
        running.append(deployment)
        deployment.run("topics", "create")
        for name in workers:
            deployment.start_worker(name)
        return deployment

    yield begin
    for deployment in running:
        deployment.stop()
