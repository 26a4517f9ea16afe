"""Workers that are killed while they tell: what is lost, doubled or out of order at Slack then.

    python -m benchmarks.alerts.kills [--kills 30] [--anomalies 300]

Two workers on a real Kafka; anomalies with three revisions each come on `alerts` at an even pace. A server that
stands for Slack keeps what it is told, takes 20 to 200 ms for it, and has the worker whose request it is killed
by SIGKILL: when the request has come, when it is kept and not answered, or right after the answer.
"""

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from confluent_kafka import Producer

from alerting import inbox
from alerting.anomaly import Anomaly
from benchmarks.alerts.examples import CHANNELS, revision, rules
from benchmarks.alerts.keeping import Keeping, Kept
from benchmarks.alerts.killer import Killer
from benchmarks.alerts.web import Request, SlackWeb
from benchmarks.chaos.workers import Workers
from benchmarks.throughput.broker import broker
from stream.kafka.topics import Topics

REVISIONS: Final = 3
_BETWEEN_REVISIONS: Final = 6.0  # seconds
_QUIET: Final = 8.0  # seconds without a request after which all is told
_PATIENCE: Final = 240.0
_LOOK_EVERY: Final = 0.05


@dataclass(frozen=True)
class Found:
    """What Slack holds in the end, and what it took."""

    anomalies: int
    kills: Counter[str]  # by the moment at which a worker died
    lost: list[str]
    doubled: list[str]
    stale: list[
        str
    ]  # whose newest message does not tell the newest revision, or told an older one after it
    replies: int
    doubled_replies: int
    doubled_charts: int
    pauses: list[float]  # seconds from a kill to the next request


class ByToken(Workers):
    """Workers that Slack can tell apart."""

    def start(self, name: str) -> None:
        """Start a worker with a token of its own."""
        self.environment["SPENDWATCH_SLACK_TOKEN"] = f"xoxb-{name}"
        super().start(name)


@dataclass
class Load:
    """Anomalies that come one after the other, each with its revisions."""

    producer: Producer
    topic: str
    every: float  # seconds
    sent: int = 0
    due: list[tuple[float, str, int]] = field(default_factory=list)  # time, anomaly, revision

    def begin(self, now: float) -> None:
        """One more anomaly, now."""
        name = f"A-K{self.sent:06}"
        self.sent += 1
        self.due += [(now + at * _BETWEEN_REVISIONS, name, at + 1) for at in range(REVISIONS)]

    def send(self, now: float) -> None:
        """Send what is due."""
        for one in [each for each in self.due if each[0] <= now]:
            self.due.remove(one)
            _, name, number = one
            value = inbox.encode(inbox.AnomalyHeard(_told(name, number)))
            self.producer.produce(self.topic, value, partition=0)
        self.producer.poll(0)


def _told(name: str, number: int) -> Anomaly:
    severity = "medium" if number == 1 else "high"
    over = number == REVISIONS
    return revision(name, number, severity=severity, lasted=timedelta(hours=5) if over else None)


def run(
    brokers: str,
    folder: Path,
    *,
    kills: int,
    anomalies: int,
    may_read: bool,
    every: float = 0.8,
    seed: int = 1,
) -> Found:
    """Kill so often while at least so many anomalies come, and see what Slack holds."""
    random = Random(seed)  # noqa: S311 - repeatable aims
    folder.mkdir(parents=True)
    topics = Topics(f"kills-{seed}-{int(time.time() * 1000)}.")
    (folder / "rules.yaml").write_text(rules(), encoding="utf-8")
    environment = {
        "SPENDWATCH_KAFKA_BROKERS": brokers,
        "SPENDWATCH_TOPIC_PREFIX": topics.prefix,
        "SPENDWATCH_PARTITIONS": "1",
        "SPENDWATCH_RULES": str((folder / "rules.yaml").absolute()),
    }
    slack = Keeping(may_read=may_read)
    workers = ByToken(environment, folder)
    killer = Killer(workers, random)
    with SlackWeb(slack, heard=killer.heard, kept=killer.kept, answered=killer.answered) as web:
        workers.environment["SPENDWATCH_SLACK_URL"] = web.url
        workers.command("topics", "create")
        try:
            for name in ("one", "two"):
                workers.start(name)
            producer = Producer({"bootstrap.servers": brokers, "linger.ms": 5, "log_level": 0})
            load = Load(producer, topics.alerts, every)
            _kill(load, killer, workers, web, kills=kills, anomalies=anomalies, random=random)
            _wait(slack, web, workers, load.sent)
        finally:
            workers.stop()
    return _found(slack, web.requests, killer, load.sent)


def _kill(
    load: Load,
    killer: Killer,
    workers: Workers,
    web: SlackWeb,
    *,
    kills: int,
    anomalies: int,
    random: Random,
) -> None:
    """Let anomalies come, and have workers killed meanwhile, until both are done."""
    began = time.monotonic()
    next_one, next_aim, starts = began, 0.0, dict[str, float]()
    while killer.done.total() < kills or load.sent < anomalies or load.due or killer.dead:
        now = time.monotonic()
        if now >= next_one and (killer.done.total() < kills or load.sent < anomalies):
            load.begin(now)
            next_one += load.every
        load.send(now)
        if killer.dead is not None:
            workers.kill(killer.dead)
            starts[killer.dead] = now + random.choice((0.0, 0.0, 8.0))
            killer.dead, next_aim = None, 0.0
        for name in [name for name, at in starts.items() if at <= now]:
            del starts[name]
            workers.start(name)
        if not killer.is_aimed and killer.done.total() < kills and _talks(web, killer):
            next_aim = next_aim or now + random.uniform(0.2, 3.0)
            if now >= next_aim:
                killer.aim()
        workers.revive()
        if now - began > _PATIENCE + 30 * kills:
            raise RuntimeError(f"{killer.done.total()} of {kills} kills in {now - began:.0f} s")
        time.sleep(_LOOK_EVERY)
    load.producer.flush()
    for name in starts:
        workers.start(name)


def _talks(web: SlackWeb, killer: Killer) -> bool:
    """Whether Slack was asked for something since the last kill."""
    asked = web.requests[-1].at if web.requests else 0.0
    return asked > (killer.times[-1] if killer.times else 0.0)


def _wait(slack: Keeping, web: SlackWeb, workers: Workers, anomalies: int) -> None:
    """Until all is told and nothing more comes, or patience is over: the sums say what is missing."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        quiet = time.time() - (web.requests[-1].at if web.requests else 0.0)
        if quiet > _QUIET and len({one.key for one in slack.told() if _is_ours(one)}) == anomalies:
            return
        workers.revive()
        time.sleep(_LOOK_EVERY)


def _is_ours(one: Kept) -> bool:
    return one.key.startswith("A-K")


def _found(slack: Keeping, requests: Sequence[Request], killer: Killer, anomalies: int) -> Found:
    told: dict[str, list[Kept]] = {f"A-K{number:06}": [] for number in range(anomalies)}
    for one in slack.told():
        if _is_ours(one):
            told[one.key].append(one)
    replies = Counter((one.thread_ts, one.texts[0]) for one in slack.messages if one.thread_ts)
    return Found(
        anomalies=anomalies,
        kills=killer.done,
        lost=[key for key, those in told.items() if not those],
        doubled=[key for key, those in told.items() if len(those) > 1],
        stale=_stale(told),
        replies=replies.total(),
        doubled_replies=sum(count - 1 for count in replies.values()),
        doubled_charts=sum(max(count - 2, 0) for count in slack.files.values()),
        pauses=[next((one.at for one in requests if one.at > at), at) - at for at in killer.times],
    )


def _stale(told: Mapping[str, Sequence[Kept]]) -> list[str]:
    return [
        key
        for key, those in told.items()
        if those
        and (
            those[-1].revisions[-1:] != [REVISIONS]
            or any(one.revisions != sorted(one.revisions) for one in those)
        )
    ]


def main() -> None:
    """Run both ways and print the table; exit code 1 if an anomaly was not told, or is stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--anomalies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="spendwatch-kills-"))
    print(f"logs: {folder}; {CHANNELS} channels\n", flush=True)
    found: dict[str, Found] = {}
    with broker(folder) as brokers:
        for name, may_read in (("allowed", True), ("not allowed", False)):
            found[name] = run(
                brokers,
                folder / name.replace(" ", "-"),
                kills=options.kills,
                anomalies=options.anomalies,
                may_read=may_read,
                seed=options.seed,
            )
            print(f"{name}: {dict(found[name].kills)}", flush=True)
    _print(found)
    if any(one.lost or one.stale for one in found.values()):
        raise SystemExit(1)


def _print(found: Mapping[str, Found]) -> None:
    print(
        "| history | anomalies | kills | without a message | with two or more | not the newest content"
        " | replies | doubled replies | doubled charts | kill to next request, s: median, max |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, one in found.items():
        print(
            f"| {name} | {one.anomalies} | {one.kills.total()} | {len(one.lost)} | {len(one.doubled)}"
            f" | {len(one.stale)} | {one.replies} | {one.doubled_replies} | {one.doubled_charts}"
            f" | {statistics.median(one.pauses):.1f}, {max(one.pauses):.1f} |"
        )


if __name__ == "__main__":
    main()
