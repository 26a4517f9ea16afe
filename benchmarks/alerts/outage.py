"""Slack down for an hour, on a clock that is set by hand: what it is asked meanwhile, and how it is told afterwards.

    python -m benchmarks.alerts.outage [--seed 1]

The real core, deliverer and Slack sink, and a server that resets connections for 20 minutes, answers 503 for 20 more,
and then 429 with `Retry-After: 60`, while 1,000 changes of 200 anomalies in 20 channels come in. When it is back it
takes one post a second and channel, and answers 429 otherwise.
"""

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import yaml

from alerting import inbox
from alerting.notices.bundle import Bundle
from alerting.sinks.slack import SlackSink
from benchmarks.alerts.examples import rules
from benchmarks.alerts.keeping import Keeping, Kept
from benchmarks.alerts.story import BEFORE, HOUR, Word, story
from benchmarks.alerts.web import RESET, Fault, Request, SlackWeb
from config.rules import Rules
from stream.notify.deliver import Deliverer
from stream.notify.steps import Way
from stream.stage.under_way import UnderWay
from tests.stream.notify.board import START, Partition, Record

_CALM_STEP: Final = 1.0  # seconds of the clock a round
_OUTAGE_STEP: Final = 5.0
_RECOVERY_STEP: Final = 0.5
_PATIENCE: Final = HOUR  # seconds of the clock within which all must be told
_ASKED_FOR: Final = 60  # seconds
_WAYS: Final = {"slack": Way(edits=True, threads=True)}


@dataclass
class Clock:
    """Seconds since the epoch, moved by hand."""

    now: float = START - BEFORE

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(frozen=True)
class Outcome:
    """What Slack was asked, and what it holds in the end."""

    changes: int
    anomalies: int
    messages: int  # in channels
    asked_in_outage: int  # requests
    too_soon: int  # posts that were refused, since they came within a second of another
    lost: list[str]  # anomalies without a message
    doubled: list[str]  # anomalies with two, or more
    stale: list[str]  # messages that do not tell the newest of what they are about
    out_of_order: list[
        str
    ]  # messages that were posted after one that opened later in their channel
    wrong_threads: list[
        str
    ]  # messages whose threads tell what the message told when it was posted, or less
    posted_in: float  # seconds after the outage until each anomaly had its message
    settled_in: float  # seconds after it until nothing was left to say, charts included


@dataclass
class _Run:
    """One run: the parts, and what they have in common."""

    rules: Rules
    slack: Keeping
    clock: Clock
    partition: Partition = field(init=False)
    offset: int = 0

    def __post_init__(self) -> None:
        self.partition = Partition(self.rules)

    def fault(self, _request: Request) -> Fault | None:
        """What is wrong with Slack now."""
        since = self.clock() - START
        if 0 <= since < HOUR / 3:
            return Fault(RESET)
        if HOUR / 3 <= since < HOUR * 2 / 3:
            return Fault(503)
        return Fault(429, _ASKED_FOR) if HOUR * 2 / 3 <= since < HOUR else None

    async def play(self, words: Sequence[Word], deliverer: Deliverer) -> tuple[float, float]:
        """Hear all, tell all; when all were posted, and when all was said."""
        left = list(reversed(words))
        posted: float | None = None
        names = {word.anomaly_id for word in words}
        while self.clock() < START + HOUR + _PATIENCE:
            self.clock.now += self._step()
            while left and START + left[-1].at <= self.clock():
                await self._hear(left.pop().heard)
            await deliverer.round()
            await deliverer.settle()
            if self.clock() <= START + HOUR:
                continue
            if posted is None and names <= self._told():
                posted = self.clock() - START - HOUR
            if not self.partition.inside.behind(_WAYS) and posted is not None:
                return posted, self.clock() - START - HOUR
        raise RuntimeError(f"{len(names - self._told())} anomalies are not told after an hour")

    def _step(self) -> float:
        since = self.clock() - START
        if since < 0:
            return _CALM_STEP
        return _OUTAGE_STEP if since < HOUR else _RECOVERY_STEP

    async def _hear(self, heard: inbox.Heard) -> None:
        record = Record(self.offset, inbox.encode(heard), int(self.clock() * 1000))
        self.offset += 1
        await self.partition.change(0, lambda core: core.apply([record]))

    def bundles(self) -> list[Bundle]:
        """All messages that there should be."""
        return list(self.partition.inside.memory.gathering.bundles.values())

    def _told(self) -> set[str]:
        """Anomalies that have a message."""
        return {
            member
            for bundle in self.bundles()
            for member in bundle.members
            if any(one.receipt is not None for one in bundle.deliveries.values())
        }


def run(*, floods: bool, seed: int = 1) -> Outcome:
    """Play the hour and what comes after it."""
    clock = Clock()
    slack = Keeping(clock, pace=1.0)
    this = _Run(Rules.model_validate(yaml.safe_load(rules(floods=floods))), slack, clock)
    words = story(START, seed)
    with SlackWeb(slack, this.fault) as web:
        deliverer = Deliverer(
            cast("Any", this.partition),
            [SlackSink("xoxb-1", web.url)],
            this.rules,
            UnderWay(),
            clock,
            lambda _: b"\x89PNG",
        )
        posted_in, settled_in = asyncio.run(this.play(words, deliverer))
        asked = sum(0 <= one.at - START < HOUR for one in web.requests)
    return _outcome(this, words, asked, posted_in, settled_in)


def _outcome(
    this: _Run, words: Sequence[Word], asked: int, posted_in: float, settled_in: float
) -> Outcome:
    told = defaultdict[str, list[Kept]](list)  # by key
    for message in this.slack.told():
        told[message.key].append(message)
    messages_of = defaultdict[str, int](int)  # by anomaly
    for bundle in this.bundles():
        for member in bundle.members:
            messages_of[member] += len(told[bundle.key])
    names = sorted({word.anomaly_id for word in words})
    return Outcome(
        changes=sum(word.at >= 0 for word in words),
        anomalies=len(names),
        messages=sum(len(those) for those in told.values()),
        asked_in_outage=asked,
        too_soon=this.slack.refused,
        lost=[name for name in names if not messages_of[name]],
        doubled=[name for name in names if messages_of[name] > 1],
        stale=_stale(this.bundles(), words, told),
        out_of_order=_out_of_order(this.bundles(), told),
        wrong_threads=_wrong_threads(this, told),
        posted_in=posted_in,
        settled_in=settled_in,
    )


def _stale(
    bundles: Sequence[Bundle], words: Sequence[Word], told: dict[str, list[Kept]]
) -> list[str]:
    newest = {
        word.anomaly_id: word.heard.anomaly.revision
        for word in words
        if isinstance(word.heard, inbox.AnomalyHeard)
    }
    return [
        bundle.key
        for bundle in bundles
        if any(one.version != bundle.version for one in bundle.deliveries.values())
        or (bundle.kind == "single" and _revision(told[bundle.key]) != newest[bundle.members[0]])
    ]


def _revision(messages: Sequence[Kept]) -> int:
    return next((one.revisions[-1] for one in messages), 0)


def _out_of_order(bundles: Sequence[Bundle], told: dict[str, list[Kept]]) -> list[str]:
    opened_at = {bundle.key: bundle.opened_at for bundle in bundles}
    everything = sorted((one for those in told.values() for one in those), key=lambda one: one.at)
    newest: dict[str, int] = {}
    found = []
    for one in everything:
        if opened_at[one.key] < newest.get(one.channel, 0):
            found.append(one.key)
        newest[one.channel] = max(newest.get(one.channel, 0), opened_at[one.key])
    return found


def _wrong_threads(this: _Run, told: dict[str, list[Kept]]) -> list[str]:
    """What was posted before the outage must have each milestone in its thread, what was posted after it none."""
    return [
        bundle.key
        for bundle in this.bundles()
        for message in told[bundle.key]
        if len(this.slack.thread(message)) != (bundle.numbered if message.at < START else 0)
    ]


def main() -> None:
    """Run with and without floods, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(
        "| rules | changes | anomalies | messages | lost | doubled | stale | out of order | wrong threads"
        " | requests in the outage | posts too soon | s to a message for each | s to the last word |"
    )
    print("|---" * 13 + "|")
    for name, floods in (("by default", True), ("without floods and limits", False)):
        one = run(floods=floods, seed=options.seed)
        print(
            f"| {name} | {one.changes} | {one.anomalies} | {one.messages} | {len(one.lost)} | {len(one.doubled)}"
            f" | {len(one.stale)} | {len(one.out_of_order)} | {len(one.wrong_threads)} | {one.asked_in_outage}"
            f" | {one.too_soon} | {one.posted_in:.0f} | {one.settled_in:.0f} |"
        )


if __name__ == "__main__":
    main()
