"""The Faust app: agents, the stages they feed, and the loops that belong to them.

``faust -A stream.app worker`` and ``spendwatch worker`` run it. Faust consumes, routes and scales; the
state is ours (`stream.stage`).
"""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import faust
import msgspec

from alerting import inbox
from alerting.routing.owners import actors_of, may_act
from alerting.sinks import make_sinks
from alerting.sinks.base import Sink
from alerting.sinks.errors import Permanent, Transient
from config import matchers
from config.environment import load_settings
from config.errors import ConfigError
from config.loader import load_rules
from config.rules import Rules
from config.settings import Settings
from stream.detect.stage import DetectStageCore
from stream.digest.core import DigestCore, Tick, due_day
from stream.digest.sender import DigestSender
from stream.errors import UserError
from stream.garbage import collect_less
from stream.ingest.fold import Folder
from stream.ingest.stage import Ingest
from stream.kafka.cluster import Cluster
from stream.kafka.origin import Origin
from stream.kafka.reach import watch_brokers
from stream.kafka.readback import partition_counts
from stream.kafka.required import require_topics
from stream.kafka.topics import Topics
from stream.logs import listed
from stream.notify.core import NotifyCore
from stream.notify.deliver import Deliverer
from stream.notify.sources import SourceWatcher
from stream.slack.service import Interactivity, has_buttons
from stream.stage.loop import each_chunk
from stream.stage.stage import Stage
from stream.stage.under_way import UnderWay
from stream.transport.app import make_app
from stream.transport.stop import end_within, stop_process

logger = logging.getLogger(__name__)

_DIGEST_LOOK_EVERY = 30.0
_SETTLE_BEFORE_REVOKE = 10.0  # seconds; half of what the group waits for a worker in a rebalance
_SETTLE_BEFORE_END = 8.0
_BROKERS_PATIENCE = 60.0  # seconds; as long as a worker that runs waits for brokers that went away
_END_PATIENCE = 20.0  # from the signal to the end; orchestrators kill after 30


class Worker:
    """One worker's agents and stages, wired to a Faust app.

    Args:
        settings: where things are.
        rules: what people tune.
        origins: by stage, what the positions in its state count (`require_topics`).
    """

    def __init__(self, settings: Settings, rules: Rules, origins: Mapping[str, Origin]) -> None:
        self.settings = settings
        self.rules = rules
        self._origins = origins
        self.topics = Topics(settings.topic_prefix)
        self.cluster = Cluster.of(settings)
        self.app = make_app(settings, self.topics.group)
        self.sinks: list[Sink] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._chunks: set[asyncio.Task[None]] = set()  # at work
        self._ready = asyncio.Event()
        self._partitions = 0  # of `charges`
        self._buttons: Interactivity | None = None
        self._under_way = UnderWay()
        self._ingest: Ingest
        self.detect = self._stage(
            "detect", lambda partition: DetectStageCore(rules, self.topics, partition)
        )
        self.notify = self._stage(
            "alerts",
            lambda _: NotifyCore(
                rules,
                self.topics,
                lambda: self._partitions,
                has_buttons=has_buttons(settings),
            ),
        )
        self.digest = self._stage("digest", lambda _: DigestCore())
        self._stages = {
            self.topics.charges: self.detect,
            self.topics.alerts: self.notify,
            self.topics.ticks: self.digest,
        }
        self._agents()
        self.app.on_partitions_revoked.connect(self._on_revoked, weak=False)
        self.app.on_partitions_assigned.connect(self._on_assigned, weak=False)
        self.app.task(self._start)
        self.app.on_before_shutdown.connect(self._stop, weak=False)

    def _stage(self, name: str, new_core: Any) -> Stage[Any]:
        return Stage(
            self.app,
            cluster=self.cluster,
            name=f"{self.topics.group}-{name}",
            state_topic=self.topics.state(name),
            new_core=new_core,
            origin=self._origins.get(name),
        )

    def _agents(self) -> None:
        async def billing(stream: Any) -> None:
            fold = functools.partial(self._fold, "billing")
            await each_chunk(stream, fold, self._chunks)

        async def usage(stream: Any) -> None:
            fold = functools.partial(self._fold, "usage")
            await each_chunk(stream, fold, self._chunks)

        self._agent(self.topics.billing, billing)
        self._agent(self.topics.usage, usage)
        for topic, stage in self._stages.items():
            self._agent(topic, self._consumer_of(stage))

    def _consumer_of(self, stage: Stage[Any]) -> Any:
        async def handle(message: Any) -> bool:
            await self._ready.wait()
            return await stage.handle(message)

        async def consume(stream: Any) -> None:
            await each_chunk(stream, handle, self._chunks)

        return consume

    def _agent(self, topic: str, consume: Any) -> None:
        channel = self.app.topic(topic, value_serializer="chunk", key_serializer="raw")
        self.app.agent(channel, concurrency=1, name=f"{self.topics.group}.{topic}")(consume)

    async def _fold(self, source: str, message: Any) -> bool:
        await self._ready.wait()
        return await self._ingest.handle(source, message)

    async def _on_revoked(self, _app: Any, /, *_: Any, **__: Any) -> None:
        """What is being delivered is noted before another worker can take the partition and tell it again."""
        if not await self._under_way.settle(_SETTLE_BEFORE_REVOKE):
            logger.warning("a sink is slow: what is being delivered may be told twice")

    async def _on_assigned(self, _app: Any, /, *arguments: Any, **_: Any) -> None:
        assigned = arguments[0]
        logger.info("this worker has %s", listed(assigned))
        for topic, stage in self._stages.items():
            stage.assigned({tp.partition for tp in assigned if tp.topic == topic})

    async def _start(self) -> None:
        names = (self.topics.billing, self.topics.usage, self.topics.charges)
        counts = await partition_counts(self.cluster, names, _BROKERS_PATIENCE)
        self._partitions = counts[self.topics.charges]
        folder = Folder(self.rules, self._partitions)
        self._ingest = Ingest(self.app, self.topics, folder, counts)
        self.sinks = make_sinks(self.settings)
        collect_less()
        self._ready.set()
        logger.info(
            "started: Kafka at %s, topics %s*, rules %s, messages to %s",
            ",".join(self.settings.kafka_brokers),
            self.settings.topic_prefix,
            self.settings.rules or "of the package",
            ", ".join(sink.name for sink in self.sinks),
        )
        await self._check_sinks()
        self._background(self._ingest.watch_idle(self.rules.sources))
        self._background(Deliverer(self.notify, self.sinks, self.rules, self._under_way).run())
        await self._listen()
        self._background(
            SourceWatcher(
                self.notify, self.cluster, self.topics, self.rules, self._send_alert
            ).run()
        )
        self._background(
            DigestSender(
                self.digest,
                self.sinks,
                self.rules.digest,
                self.cluster,
                self.topics,
                self._under_way,
            ).run()
        )
        self._background(self._watch_clock())
        self._background(watch_brokers(self.settings.kafka_brokers))

    async def _listen(self) -> None:
        """Listen to Slack's buttons, if the settings ask for it."""
        if has_buttons(self.settings):
            rules = self.rules
            self._buttons = Interactivity(
                self.settings,
                rules,
                self._send_alert,
                functools.partial(may_act, rules),
                functools.partial(actors_of, rules),
                matchers.parse,
            )
            await self._buttons.start()

    async def _send_alert(self, heard: inbox.Heard) -> None:
        """Put on the topic `alerts`; it is kept there when this returns."""
        value = inbox.encode(heard)
        await (await self.app.producer.send(self.topics.alerts, None, value, 0, None, None))

    async def _check_sinks(self) -> None:
        for sink in self.sinks:
            try:
                await sink.check()
            except (Permanent, Transient) as error:
                logger.error("%s", error)  # noqa: TRY400 - a line, no trace: the rest goes on

    def _background(self, work: Awaitable[None]) -> None:
        self._tasks.append(asyncio.ensure_future(_or_stop(work)))

    async def _watch_clock(self) -> None:
        """Send a tick when yesterday's digest is due and this worker owns the digest."""
        asked: date | None = None
        while True:
            core, day = self.digest.core(0), due_day(datetime.now(UTC), self.rules.digest)
            if core is not None and day is not None and day != asked and day not in core.sent:
                value = msgspec.json.encode(Tick(day))
                await (await self.app.producer.send(self.topics.ticks, None, value, 0, None, None))
                asked = day
            await asyncio.sleep(_DIGEST_LOOK_EVERY)

    async def _stop(self, _app: Any, /, *_: Any, **__: Any) -> None:
        """Finish the chunks and deliveries at work, begin no others, and give everything back."""
        logger.info("stopping")
        end_within(_END_PATIENCE)
        if self._buttons is not None:
            await self._buttons.stop()
        await asyncio.gather(self._under_way.settle(_SETTLE_BEFORE_END), self._finish_chunks())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(stage.close() for stage in self._stages.values()))
        for sink in self.sinks:
            await sink.close()

    async def _finish_chunks(self) -> None:
        if self._chunks:
            await asyncio.wait(self._chunks, timeout=_SETTLE_BEFORE_END)


async def _or_stop(work: Awaitable[None]) -> None:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - a loop that ended silently would be a silent failure
        stop_process("a background loop failed", error)


def create_worker() -> Worker:
    """The worker of the environment's settings and rules.

    Raises:
        config.errors.ConfigError: if either cannot be used.
        UserError: if Kafka is not as it must be.
    """
    settings = load_settings()
    rules = load_rules(settings.rules)
    return Worker(settings, rules, require_topics(settings))


def _checked_worker() -> Worker:
    """A worker for Faust's command line, which would show a stack trace for what a person has to mend."""
    try:
        return create_worker()
    except ConfigError as error:
        raise SystemExit("\n".join(str(finding) for finding in error.findings)) from None
    except UserError as error:
        raise SystemExit(str(error)) from None


def __getattr__(name: str) -> faust.App:
    """``app``, made when Faust's command line asks for it."""
    if name == "app":
        app = globals()["app"] = _checked_worker().app
        return app
    raise AttributeError(name)
