"""Do one step for a message in a place: post, edit, reply, attach. Where it stands afterwards is noted by the caller."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.case import Reason
from alerting.notices.bundle import Bundle, Delivery
from alerting.render.picture import alt_text
from alerting.routing.target import Place
from alerting.sinks.base import Receipt, Sink, Threads
from alerting.sinks.errors import Permanent
from stream.notify.content import content_of
from stream.notify.core import NotifyCore
from stream.notify.steps import Step, charts_due, next_milestone

logger = logging.getLogger(__name__)

_LOOK_BACK: Final = 120  # seconds before a post was begun, where clocks differ

Draw = Callable[[Anomaly], bytes | None]


class Doing:
    """Does steps by the sinks. What cannot be told in its place is told in the fallback.

    Args:
        sinks: by name.
        clock: epoch seconds.
        draw: a chart as PNG.
    """

    def __init__(self, sinks: Mapping[str, Sink], clock: Callable[[], float], draw: Draw) -> None:
        self._sinks = sinks
        self._clock = clock
        self._draw = draw

    async def step(
        self, core: NotifyCore, bundle: Bundle, step: Step, begun: int | None
    ) -> Delivery:
        """Do a step; where the message stands after it.

        Args:
            core: what the message is made of.
            bundle: the message.
            step: what is to be done.
            begun: when a post was begun of which nothing is known, epoch seconds; it is looked for first.

        Raises:
            Transient: if it may be tried again.
            Permanent: if the sink, or all places, have to be mended first.
        """
        sink = self._sinks[step.place.sink]
        delivery = msgspec.structs.replace(bundle.delivery(step.place))
        match step.kind:
            case "post":
                return await self._post(core, bundle, step.place, sink, delivery, begun)
            case "edit":
                return await self._edit(core, bundle, step.place, sink, delivery)
            case "again":
                return await self._again(core, bundle, step.place, sink, delivery)
            case "reply":
                return await self._reply(bundle, sink, delivery)
            case "attach":
                return await self._attach(core, bundle, step.place, sink, delivery)

    async def _post(
        self,
        core: NotifyCore,
        bundle: Bundle,
        place: Place,
        sink: Sink,
        delivery: Delivery,
        begun: int | None,
    ) -> Delivery:
        version, numbered = bundle.version, bundle.numbered
        notice = core.notice(bundle, place, self._first_reason(bundle), int(self._clock()))
        addresses = [place.address]
        addresses += [one.address for one in bundle.fallback if one.sink == place.sink]
        if begun is not None:
            found = await self._find(sink, bundle.key, addresses, begun)
            if found is not None:
                delivery.receipt, delivery.version, delivery.trying = _kept(found), 0, None
                posted = posted_at(found, begun)
                delivery.told_at = delivery.told_at or posted
                said = (one.number for one in bundle.milestones if one.at < posted)
                delivery.said = max(said, default=delivery.said)  # the message told all of it
                return delivery
        refused: list[Permanent] = []
        for address in dict.fromkeys(addresses):
            try:
                receipt = await sink.deliver(notice, address, None)
            except Permanent as error:
                if error.whole_sink:
                    raise
                refused.append(error)
                continue
            for one in refused:
                logger.warning("%s: %s; told in %s instead", bundle.key, one, address)
            delivery.problem = str(refused[0]) if refused else ""
            delivery.receipt, delivery.trying = _kept(receipt), None
            delivery.version, delivery.said = version, numbered
            delivery.told_at = delivery.told_at or int(self._clock())
            delivery.content = content_of(notice)
            return delivery
        if all(one.of_channel for one in refused):
            also = f"; nor can {addresses[-1]} be told" if len(refused) > 1 else ""
            raise Permanent(f"{refused[0]}{also}", of_channel=True)
        logger.error("%s is told to nobody: %s", bundle.key, refused[-1])
        delivery.refused, delivery.problem = True, str(refused[-1])
        return delivery

    @staticmethod
    def _first_reason(bundle: Bundle) -> Reason:
        return next((one.reason for one in bundle.said.values()), "opened")

    async def _find(self, sink: Sink, key: str, addresses: list[str], begun: int) -> Receipt | None:
        """The message of a post of which nothing is known; None if there is none, or the sink cannot be asked."""
        if not isinstance(sink, Threads):
            return None
        for address in dict.fromkeys(addresses):
            try:
                found = await sink.find(key, address, begun - _LOOK_BACK)
            except Permanent as error:
                logger.info("%s: cannot be looked for: %s", key, error)
                continue
            if found is not None:
                return found
        return None

    async def _edit(
        self, core: NotifyCore, bundle: Bundle, place: Place, sink: Sink, delivery: Delivery
    ) -> Delivery:
        version, numbered = bundle.version, bundle.numbered
        milestone = next_milestone(bundle, delivery)
        reason = None if milestone is None else milestone.reason
        notice = core.notice(bundle, place, reason, int(self._clock()))
        content = content_of(notice)
        if content != delivery.content or not isinstance(sink, Threads):
            try:
                receipt = await sink.deliver(notice, _where(delivery, place), _receipt(delivery))
            except Permanent as error:
                if error.whole_sink:
                    raise
                logger.warning("%s: not edited: %s", bundle.key, error)
                delivery.problem = str(error)
                if error.of_channel:  # it is posted anew, to the fallback if need be
                    delivery.receipt, delivery.trying = None, None
            else:
                delivery.receipt, delivery.content = _kept(receipt), content
        delivery.version = version
        if not isinstance(sink, Threads):
            delivery.said = numbered
        return delivery

    async def _again(
        self, core: NotifyCore, bundle: Bundle, place: Place, sink: Sink, delivery: Delivery
    ) -> Delivery:
        """A further message of a sink that cannot edit."""
        milestone = next_milestone(bundle, delivery)
        if milestone is None:
            return delivery
        notice = core.notice(bundle, place, milestone.reason, int(self._clock()))
        try:
            receipt = await sink.deliver(notice, place.address, _receipt(delivery))
        except Permanent as error:
            if error.whole_sink or error.of_channel:
                raise
            logger.error("%s: a further message is told to nobody: %s", bundle.key, error)  # noqa: TRY400 - a line, no trace
            delivery.problem = str(error)
        else:
            delivery.receipt = _kept(receipt)
        delivery.said = milestone.number
        return delivery

    @staticmethod
    async def _reply(bundle: Bundle, sink: Sink, delivery: Delivery) -> Delivery:
        milestone, to = next_milestone(bundle, delivery), _receipt(delivery)
        if milestone is None or to is None or not isinstance(sink, Threads):
            return delivery
        try:
            await sink.reply(
                milestone.message,
                to,
                broadcast=milestone.broadcast,
                mentions=milestone.mentions,
            )
        except Permanent as error:
            if error.whole_sink:
                raise
            logger.warning("%s: %s; its thread goes without", bundle.key, error)
        delivery.said = milestone.number
        return delivery

    async def _attach(
        self, core: NotifyCore, bundle: Bundle, place: Place, sink: Sink, delivery: Delivery
    ) -> Delivery:
        """Put the chart into the thread; one that cannot be is left out, since the message says it all."""
        to, due = _receipt(delivery), charts_due(bundle)
        delivery.charts = due
        if to is None or not isinstance(sink, Threads):
            return delivery
        (anomaly, *_) = core.notice(bundle, place, None, int(self._clock())).anomalies
        try:
            png = await asyncio.to_thread(self._draw, anomaly)
        except Exception:  # whatever a library that draws raises
            logger.exception("%s: no chart", bundle.key)
            png = None
        if png is not None:
            try:
                await sink.attach(png, f"{anomaly.team} {anomaly.service}", alt_text(anomaly), to)
            except Permanent as error:
                if error.whole_sink:
                    raise
                logger.info("%s: no chart: %s", bundle.key, error)
        return delivery


def posted_at(found: Receipt, begun: int) -> int:
    """When a message was posted that was looked for, epoch seconds: Slack's ``ts`` says it; else when it was begun."""
    try:
        return max(int(float(found.ts)), begun)
    except ValueError:
        return begun


def _where(delivery: Delivery, place: Place) -> str:
    """The address that a message is edited at: that of the fallback, if it is there."""
    return delivery.receipt[0] if delivery.problem and delivery.receipt else place.address


def _kept(receipt: Receipt) -> tuple[str, str]:
    return receipt.channel, receipt.ts


def _receipt(delivery: Delivery) -> Receipt | None:
    return None if delivery.receipt is None else Receipt(*delivery.receipt)
