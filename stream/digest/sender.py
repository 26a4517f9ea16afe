"""Send the digests that are due: read the day back, state it, deliver it, note it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, NamedTuple

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.record import CaseRecord
from alerting.digest import Digest, build_digest
from alerting.notices.notice import Attachment, Notice
from alerting.render.digest import digest_csv, render_digest
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Permanent, Transient
from alerting.spend import SpendRecord
from config.digest import DigestRules
from stream.digest.core import DigestCore
from stream.digest.coverage import waited_for
from stream.errors import UserError
from stream.kafka.cluster import Cluster
from stream.kafka.readback import read_topic
from stream.kafka.topics import Topics
from stream.stage.stage import Stage
from stream.stage.under_way import UnderWay

logger = logging.getLogger(__name__)

_LOOK_EVERY = 0.5
_RETRY_AFTER = 30.0
_LOOK_AGAIN_AFTER = 120.0  # a look reads the topic through

_spend = msgspec.json.Decoder(SpendRecord).decode
_anomaly = msgspec.json.Decoder(Anomaly).decode
_case = msgspec.json.Decoder(CaseRecord).decode


class Statement(NamedTuple):
    """A day's digest, and the sources that have not come to the day's end yet."""

    digest: Digest
    waited_for: tuple[str, ...]


async def read_digest(cluster: Cluster, topics: Topics, day: date, rules: DigestRules) -> Statement:
    """The digest of a UTC day from what the topics `spend`, `anomalies` and `cases` hold now.

    Raises:
        UserError: if Kafka does not answer or a topic is missing.
    """
    spend = [record async for record in _values(cluster, topics.spend, _spend)]
    anomalies = [record async for record in _values(cluster, topics.anomalies, _anomaly)]
    cases = [record async for record in _values(cluster, topics.cases, _case)]
    return Statement(build_digest(day, spend, anomalies, rules, cases), waited_for(day, spend))


async def _values(cluster: Cluster, topic: str, read: Any) -> AsyncIterator[Any]:
    async for record in read_topic(cluster, topic):
        if record.value is None:
            continue
        try:
            yield read(record.value)
        except msgspec.MsgspecError as error:
            logger.warning("%s-%s@%s: %s", topic, record.partition, record.offset, error)


class DigestSender:
    """Watches the digest stage for days that are due."""

    def __init__(
        self,
        stage: Stage[DigestCore],
        sinks: list[Sink],
        rules: DigestRules,
        cluster: Cluster,
        topics: Topics,
        under_way: UnderWay,
    ) -> None:
        self._stage = stage
        self._sinks = sinks
        self._rules = rules
        self._cluster = cluster
        self._topics = topics
        self._under_way = under_way
        self._delivered: dict[date, dict[str, Receipt | None]] = {}  # of days not noted yet
        self._look_again: dict[date, float] = {}  # days that are not complete, by the loop's time

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            core = self._stage.core(0)
            now = asyncio.get_running_loop().time()
            for day in [] if core is None else list(core.due):
                if core is not None and core.may_wait(day) and now < self._look_again.get(day, now):
                    continue
                try:
                    await self._send(day)
                except (Transient, Permanent, UserError) as error:
                    asked = getattr(error, "retry_after", None)
                    wait = _RETRY_AFTER if asked is None else asked
                    level = logging.ERROR if isinstance(error, Permanent) else logging.WARNING
                    logger.log(level, "digest of %s: %s; trying again in %.0f s", day, error, wait)
                    await asyncio.sleep(wait)
            await asyncio.sleep(_LOOK_EVERY)

    async def _send(self, day: date) -> None:
        digest, missing = await read_digest(self._cluster, self._topics, day, self._rules)
        core = self._stage.core(0)
        if core is None or not self._stage.holds(0):
            return
        if missing and core.may_wait(day):
            logger.info("digest of %s: waits for the spend of %s", day, ", ".join(missing))
            self._look_again[day] = asyncio.get_running_loop().time() + _LOOK_AGAIN_AFTER
            return
        self._look_again.pop(day, None)
        receipts = self._delivered.setdefault(day, {})
        with self._under_way.one():
            if not digest.currencies:
                logger.warning("digest of %s: there is no spend on that day, nothing is sent", day)
            if digest.currencies and not await self._deliver_all(digest, receipts):
                return
            if await self._stage.change(0, lambda core: core.told(day, receipts)):
                del self._delivered[day]

    async def _deliver_all(self, digest: Digest, receipts: dict[str, Receipt | None]) -> bool:
        """Tell each sink that was not told yet; False if the digest is another worker's by now.

        Raises:
            Transient, Permanent: the first failure, after all others were tried.
        """
        failed: Transient | Permanent | None = None
        for sink in self._sinks:
            address = _address(sink.name, self._rules)
            if sink.name in receipts or address is None:
                continue
            if not await self._stage.prove(0, DigestCore.claim):
                return False
            try:
                receipts[sink.name] = await self._deliver(sink, address, _notice(digest))
            except (Transient, Permanent) as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return True

    async def _deliver(self, sink: Sink, address: str, notice: Notice) -> Receipt | None:
        """Deliver, or give this digest up for a sink that will never take it.

        Raises:
            Transient: if it may be tried again.
            Permanent: if the sink or the channel has to be mended first.
        """
        try:
            return await sink.deliver(notice, address, None)
        except Permanent as error:
            if error.whole_sink or error.of_channel:
                raise
            logger.error("the digest is told to nobody: %s", error)  # noqa: TRY400 - a line, no trace
            return None


def _address(sink: str, rules: DigestRules) -> str | None:
    """Where a sink tells finance; None for one that is not asked to."""
    addresses = {
        "email": None if rules.email is None else ",".join(rules.email),
        "teams": rules.teams,
        "webhook": None,
        "events": None,
    }
    return addresses.get(sink, rules.channel)


def _notice(digest: Digest) -> Notice:
    csv = Attachment(
        name=f"spend-{digest.day}.csv",
        media_type="text/csv",
        content=digest_csv(digest).encode(),
    )
    message = render_digest(digest)
    return Notice(key=f"D-{digest.day}", message=message, is_firing=False, attachments=(csv,))
