"""Deliver what is due in the outbox, one message after the other, and note what was told."""

import asyncio
import logging

from alerting.render.anomaly import render_anomaly
from alerting.routes import channel_for
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Permanent, Transient
from config.rules import Rules
from stream.notify.core import Entry, NotifyCore
from stream.stage.stage import Stage

logger = logging.getLogger(__name__)

_LOOK_EVERY = 0.2
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0


class Deliverer:
    """One loop a sink: a slow or dead sink never slows another, nor detection.

    A message is sent before it is noted, so the only doubles are those of a process that dies between
    the sink's answer and the commit of its note.
    """

    def __init__(self, stage: Stage[NotifyCore], sinks: list[Sink], rules: Rules) -> None:
        self._stage = stage
        self._sinks = sinks
        self._rules = rules

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
                logger.warning("%s: %s; trying again in %.0f s", sink.name, error, pause)
                await asyncio.sleep(pause)
                wait = min(wait * 2, _LONGEST_WAIT)
            except (
                Permanent
            ) as error:  # of the whole sink: all waits in the outbox until it is mended
                logger.error("%s: %s; alerts wait for it", sink.name, error)  # noqa: TRY400 - a line, no trace
                await asyncio.sleep(_LONGEST_WAIT)

    async def _deliver_due(self, sink: Sink) -> None:
        for partition in self._stage.owned():
            core = self._stage.core(partition)
            for entry in [] if core is None else core.due(sink.name):
                anomaly = entry.anomaly
                receipt = await self._send(sink, entry)
                await self._stage.change(
                    partition,
                    lambda core, anomaly=anomaly, receipt=receipt: core.told(  # type: ignore[misc]
                        anomaly, sink.name, receipt
                    ),
                )

    async def _send(self, sink: Sink, entry: Entry) -> Receipt | None:
        """Tell a sink the newest state; in the default channel if the route's own cannot be told."""
        anomaly, routing = entry.anomaly, self._rules.routing
        told = entry.told.get(sink.name)
        before = None if told is None else told.receipt
        channel = channel_for(routing, anomaly)[0]
        message = render_anomaly(anomaly)
        for place in dict.fromkeys((channel, routing.default_channel)):
            try:
                return await sink.deliver(message, place, before, anomaly)
            except Permanent as error:
                if error.whole_sink:
                    raise
                logger.error("%s: %s: %s", sink.name, anomaly.anomaly_id, error)  # noqa: TRY400 - a line, no trace
                before = None
        return None
