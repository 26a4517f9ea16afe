"""Deliver what is due in the outbox, one message after the other, and note what was told."""

import asyncio
import logging
import time

from alerting.notices.notice import Notice
from alerting.render.anomaly import render_anomaly
from alerting.routes import channel_for
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Permanent, Transient
from config.rules import Rules
from stream.notify.core import Entry, NotifyCore, Told
from stream.stage.stage import Stage
from stream.stage.under_way import UnderWay

logger = logging.getLogger(__name__)

_LOOK_EVERY = 0.2
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0


class Deliverer:
    """One loop a sink: a slow or dead sink never slows another, nor detection.

    A message is sent only after a committed write has proved that the partition is still this worker's, and
    noted after it was sent. Whoever gives the partition up waits for that (`UnderWay`). So doubles are those
    of a process that dies, or is stopped for longer than a session, between the proof and the note.
    What no channel takes waits until a person has mended one, and holds up nothing else.
    """

    def __init__(
        self, stage: Stage[NotifyCore], sinks: list[Sink], rules: Rules, under_way: UnderWay
    ) -> None:
        self._stage = stage
        self._sinks = sinks
        self._rules = rules
        self._under_way = under_way
        self._closed: dict[tuple[str, str], float] = {}  # by sink and channel: when it was found so
        self._unnoted: dict[tuple[str, str], Told] = {}  # by sink and anomaly: sent, note failed

    async def run(self) -> None:
        """Deliver until cancelled."""
        await asyncio.gather(*(self._serve(sink) for sink in self._sinks))

    async def _serve(self, sink: Sink) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                await self._deliver_due(sink)
                wait = _FIRST_WAIT
                await asyncio.sleep(_LOOK_EVERY)
            except Transient as error:
                pause = wait if error.retry_after is None else error.retry_after
                logger.warning("%s; trying again in %.0f s", error, pause)
                await asyncio.sleep(pause)
                wait = min(wait * 2, _LONGEST_WAIT)
            except (
                Permanent
            ) as error:  # of the whole sink: all waits in the outbox until it is mended
                logger.error("%s; alerts wait for it", error)  # noqa: TRY400 - a line, no trace
                await asyncio.sleep(_LONGEST_WAIT)

    async def _deliver_due(self, sink: Sink) -> None:
        for partition in self._stage.owned():
            core = self._stage.core(partition)
            for entry in [] if core is None else core.due(sink.name):
                if not self._stage.holds(partition):
                    break
                place = (sink.name, channel_for(self._rules.routing, entry.anomaly)[0])
                if time.monotonic() - self._closed.get(place, -_LONGEST_WAIT) < _LONGEST_WAIT:
                    continue
                with self._under_way.one():
                    try:
                        await self._tell(sink, partition, entry.anomaly.anomaly_id)
                    except Permanent as error:
                        if not error.of_channel:
                            raise
                        logger.error("%s; alerts wait for it", error)  # noqa: TRY400 - a line, no trace
                        self._closed[place] = time.monotonic()

    async def _tell(self, sink: Sink, partition: int, anomaly_id: str) -> None:
        """Send an anomaly's newest revision and note it; a note that fails is made up for without sending."""
        if not await self._stage.prove(partition, NotifyCore.claim):
            return
        core = self._stage.core(partition)
        entry = None if core is None else core.waiting(anomaly_id, sink.name)
        if entry is None:
            return
        anomaly, key = entry.anomaly, (sink.name, anomaly_id)
        told = _newest(entry.told.get(sink.name), self._unnoted.get(key))
        if told is None or told.revision < anomaly.revision:
            receipt = await self._send(sink, entry, None if told is None else told.receipt)
            told = self._unnoted[key] = Told(anomaly.revision, receipt)
        receipt = told.receipt
        if await self._stage.change(partition, lambda core: core.told(anomaly, sink.name, receipt)):
            self._unnoted.pop(key, None)

    async def _send(self, sink: Sink, entry: Entry, before: Receipt | None) -> Receipt | None:
        """Tell a sink the newest state; in the default channel if the route's own cannot be told.

        None if the message itself is refused: no channel would take it.

        Raises:
            Permanent: if the sink, or the default channel too, has to be mended first.
            Transient: if it may be tried again.
        """
        anomaly, routing = entry.anomaly, self._rules.routing
        channel = channel_for(routing, anomaly)[0]
        notice = Notice(
            key=anomaly.anomaly_id,
            message=render_anomaly(anomaly),
            is_firing=anomaly.state == "open",
            anomalies=(anomaly,),
        )
        refused: list[Permanent] = []
        for place in dict.fromkeys((channel, routing.default_channel)):
            try:
                receipt = await sink.deliver(notice, place, before)
            except Permanent as error:
                if error.whole_sink:
                    raise
                refused.append(error)
                before = None
                continue
            for one in refused:
                logger.warning("%s: %s; told in %s instead", anomaly.anomaly_id, one, place)
            return receipt
        if all(one.of_channel for one in refused):
            also = f"; nor can {routing.default_channel} be told" if len(refused) > 1 else ""
            raise Permanent(f"{refused[0]}{also}", of_channel=True)
        logger.error("%s is told to nobody: %s", anomaly.anomaly_id, refused[-1])
        return None


def _newest(noted: Told | None, unnoted: Told | None) -> Told | None:
    if noted is None or unnoted is None:
        return noted or unnoted
    return max(noted, unnoted, key=lambda told: told.revision)
