"""From the event that lets a bucket close to the alert at Slack, on a real worker and a real Kafka.

    python -m benchmarks.throughput.latency [--anomalies 45] [--partitions 12]

Each round publishes one minute of event time, in which one service costs twenty times as much, waits, and then
publishes the first events of the next minute, which let that one close. The clock starts when the brokers have
acknowledged the last of these, and stops when the request comes in at a server that stands for Slack.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.throughput.broker import broker
from benchmarks.throughput.deployment import Deployment
from benchmarks.throughput.kafka import Record, publish
from benchmarks.throughput.processes import FailedError, step_aside
from benchmarks.throughput.slack_server import SlackServer
from benchmarks.throughput.stamps import Stamps
from benchmarks.throughput.traffic import START, rules

_HISTORY: Final = 180  # minutes before the first anomaly
_PATIENCE: Final = 60.0
_SETTLE: Final = 1.2  # seconds at least between a minute and what closes it
_RANDOM: Final = random.Random(1)  # noqa: S311 - so that no loop's period is met in step


class Way(NamedTuple):
    """Seconds from the acknowledgement to the stations of one alert."""

    charges: float
    anomalies: float
    slack: float


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--anomalies", type=int, default=45)
    parser.add_argument("--partitions", type=int, default=12)
    options = parser.parse_args()
    step_aside()
    folder = Path(tempfile.mkdtemp(prefix="spendwatch-latency-"))
    with broker(folder) as brokers, SlackServer() as slack:
        settings = {"SPENDWATCH_SLACK_TOKEN": "xoxb-bench", "SPENDWATCH_SLACK_URL": slack.url}
        text = rules(lateness="0s", idle_after="1h")
        deployment = Deployment(brokers, folder, text, options.partitions, settings)
        deployment.create()
        _print(_ways(deployment, slack, options.anomalies))


def _ways(deployment: Deployment, slack: SlackServer, anomalies: int) -> list[Way]:
    topics = deployment.topics
    stamps = Stamps(deployment.brokers, (topics.charges, topics.anomalies))
    ways = []
    with deployment.worker():
        history = (
            record
            for minute in range(_HISTORY)
            for record in _minute(minute, anomalies, deployment)
        )
        publish(deployment.brokers, topics.usage, history)
        for number in range(anomalies):
            minute = _HISTORY + number
            records = _minute(minute, anomalies, deployment, costly=number)
            publish(deployment.brokers, topics.usage, records)
            time.sleep(_SETTLE + _RANDOM.random())
            publish(deployment.brokers, topics.usage, _minute(minute + 1, anomalies, deployment))
            acknowledged = time.time()
            name = f"service-{number:03}"
            arrived = _wait_for(slack, name, acknowledged)
            told = stamps.first(topics.anomalies, acknowledged - 1, name)
            charged = stamps.last(topics.charges, acknowledged - 1, told)
            ways.append(Way(charged - acknowledged, told - acknowledged, arrived - acknowledged))
    return ways


def _minute(
    minute: int, series: int, deployment: Deployment, costly: int | None = None
) -> Iterator[Record]:
    """One event for each series, and at least one for each partition."""
    count = max(series, deployment.partitions)
    time_of = (START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for at in range(count):
        cost = 5 + _RANDOM.random() * 0.2
        document = {
            "schema": "spendwatch.usage.v1",
            "id": f"{at}-{minute}-{_RANDOM.random()}",
            "time": time_of,
            "model": "house-model",
            "team": f"team-{at % 20:02}",
            "service": f"service-{at:03}",
            "cost": f"{cost * (20 if at == costly else 1):.6f}",
            "requests": 1,
        }
        yield None, json.dumps(document).encode(), at % deployment.partitions


def _wait_for(slack: SlackServer, name: str, after: float) -> float:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        arrived = slack.came(name, after - 1)
        if arrived is not None:
            return arrived
        time.sleep(0.01)
    raise FailedError(f"no message about {name} in {_PATIENCE:.0f} s; {len(slack.posted)} came")


def _print(ways: list[Way]) -> None:
    print(f"{len(ways)} anomalies, seconds from the acknowledgement of what closes the bucket\n")
    print("| to | p50 | p95 | max |\n|---|---|---|---|")
    for title, each in (
        ("the charges in `charges`", [way.charges for way in ways]),
        ("the anomaly in `anomalies`", [way.anomalies for way in ways]),
        ("the message at Slack", [way.slack for way in ways]),
    ):
        p95 = statistics.quantiles(each, n=20)[-1]
        print(f"| {title} | {statistics.median(each):.2f} | {p95:.2f} | {max(each):.2f} |")


if __name__ == "__main__":
    main()
