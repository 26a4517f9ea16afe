"""Deliver what the core says is to be told: a step after the other in each place, places side by side."""

import asyncio
import functools
import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.case import Reason
from alerting.notices.bundle import Bundle, Delivery, place_key
from alerting.render.picture import alt_text, chart_png
from alerting.routing.target import Place
from alerting.sinks.base import Receipt, Sink, Threads
from alerting.sinks.errors import Permanent, Transient
from config.rules import Rules
from stream.notify.content import content_of
from stream.notify.core import NotifyCore
from stream.notify.operator import operator_target
from stream.notify.pace import Pace
from stream.notify.steps import Step, Way, charts_due, next_milestone
from stream.stage.core import Changes
from stream.stage.stage import Stage
from stream.stage.under_way import UnderWay

logger = logging.getLogger(__name__)

_LOOK_EVERY: Final = 0.2
_PATIENCE_WITH_REFUSALS: Final = (
    60.0  # seconds after which a place that has to be mended is tried again
)
_TRIES: Final = 3  # of one step, until the sink is asked whether it is there at all
_ANSWERS_WITHIN: Final = 5.0  # seconds for that
_MOST_TRIED: Final = 1000  # steps that fail, whose tries are counted
_BEHIND_OTHERS: Final = (
    5.0  # seconds that a step which fails rests beyond its place, so that others come first
)
_SIDE_BY_SIDE: Final = 8  # places of a sink that are told at once
_LOOK_BACK: Final = 120  # seconds before a post was begun, where clocks differ


class Deliverer:
    """Tells the sinks. A slow or dead one never slows another, nor detection.

    A step is done only after a committed write has proved that the partition is still this worker's, and noted
    after it was done. Whoever gives the partition up waits for that (`UnderWay`). A post that was begun and not
    noted is looked for where the sink can be asked; else it is posted again: that is the only way to a double.
    What cannot be told where it should be goes to the fallback, and the operator hears of it once. A message that
    fails again and again while its sink answers steps back, so that it holds up no other.
    """

    def __init__(
        self,
        stage: Stage[NotifyCore],
        sinks: list[Sink],
        rules: Rules,
        under_way: UnderWay,
        clock: Callable[[], float] = time.time,
        draw: Callable[[Anomaly], bytes | None] = chart_png,
    ) -> None:
        self._stage = stage
        self._sinks = {sink.name: sink for sink in sinks}
        self._ways = {sink.name: Way(sink.edits, isinstance(sink, Threads)) for sink in sinks}
        self._rules = rules
        self._under_way = under_way
        self._clock = clock
        self._draw = draw
        self._pace = Pace(clock)
        self._failures: Counter[Place] = (
            Counter()
        )  # of places that were not told when a sink was out of order
        self._busy: dict[tuple[str, Place], asyncio.Task[None]] = {}
        self._unnoted: dict[tuple[str, Place], _Unnoted] = {}  # done, but the note failed
        self._tries: dict[str, int] = {}  # of a step, without an answer

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                await self.round()
                await asyncio.sleep(_LOOK_EVERY)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def round(self) -> None:
        """Decide what is to be told now, and begin to tell it."""
        for partition in self._stage.owned():
            core = self._stage.core(partition)
            if core is None or not self._stage.holds(partition):
                continue
            now = int(self._clock())
            if await self._stage.change(partition, self._ticking(now)):
                self._begin(partition, now)

    def _ticking(self, now: int) -> Callable[[NotifyCore], Changes]:
        return lambda core: core.tick(now, self._sinks)

    async def settle(self) -> None:
        """Wait for what was begun."""
        while self._busy:
            await asyncio.gather(*self._busy.values())

    def _begin(self, partition: int, now: int) -> None:
        core = self._stage.core(partition)
        if core is None:
            return
        for name, way in self._ways.items():
            if not self._pace.is_free(name):
                continue
            is_failing = self._pace.is_failing(name)
            room = 1 if is_failing else _SIDE_BY_SIDE
            room -= sum(sink == name for sink, _ in self._busy)
            steps = core.steps(name, way, now)
            if is_failing:  # one request finds out whether it is back, of another place each time
                steps.sort(key=lambda step: self._failures[step.place])
            for step in steps:
                key = (name, step.place)
                if room <= 0:
                    break
                if key in self._busy or not self._may_be_done(step):
                    continue
                room -= 1
                task = self._busy[key] = asyncio.ensure_future(self._do(partition, step))
                task.add_done_callback(functools.partial(self._done_with, key))
        core.settled(self._ways)

    def _may_be_done(self, step: Step) -> bool:
        """Whether the place may be told now; charts wait for themselves alone, so that they hold up no message."""
        is_free = all(map(self._pace.is_free, (place_key(step.place), _name(step))))
        return is_free and (step.kind != "attach" or self._pace.is_free(_charts(step.place)))

    def _done_with(self, key: tuple[str, Place], _: asyncio.Task[None]) -> None:
        self._busy.pop(key, None)

    async def _do(self, partition: int, step: Step) -> None:
        name, place = step.place.sink, place_key(step.place)
        with self._under_way.one():
            try:
                await self._step(partition, step)
            except Transient as error:
                wait = await self._rest(step, error.retry_after)
                self._failures[step.place] += 1
                logger.warning("%s; trying again in %.0f s", error, wait)
            except Permanent as error:
                at = name if error.whole_sink else place
                at = _charts(step.place) if step.kind == "attach" else at
                self._pace.rest(at, _PATIENCE_WITH_REFUSALS)
                logger.error("%s; alerts wait for it", error)  # noqa: TRY400 - a line, no trace
                await self._tell_operator(partition, str(error), self._besides(error, step.place))
            except asyncio.CancelledError:
                raise
            except Exception:
                self._pace.rest(_name(step), _PATIENCE_WITH_REFUSALS)
                logger.exception("%s: %s could not be told; trying again", place, step.bundle)
            else:
                self._failures.pop(step.place, None)
                self._tries.pop(_name(step), None)
                self._pace.told(_name(step))
                self._pace.told(_charts(step.place) if step.kind == "attach" else name)
                self._pace.told(place, getattr(self._sinks[name], "pace", 0.0))

    async def _rest(self, step: Step, asked: float | None) -> float:
        """Leave the sink alone; or the place, if it asked for that; or if the sink answers, the place and the step."""
        if step.kind == "attach":
            return self._pace.failed(_charts(step.place), asked)
        if asked is not None:
            return self._pace.failed(place_key(step.place), asked)
        if len(self._tries) >= _MOST_TRIED:
            self._tries.clear()
        tries = self._tries[_name(step)] = self._tries.get(_name(step), 0) + 1
        if tries < _TRIES or not await self._answers(step.place.sink):
            return self._pace.failed(step.place.sink)
        self._pace.told(step.place.sink)
        wait = self._pace.failed(place_key(step.place))
        self._pace.rest(_name(step), wait + _BEHIND_OTHERS)
        return wait

    async def _answers(self, sink: str) -> bool:
        """Whether a sink is there, apart from what was to be told."""
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN):
                await self._sinks[sink].check()
        except (Transient, Permanent, TimeoutError):
            return False
        except Exception:  # of no known kind
            logger.exception("%s: cannot be asked whether it is there", sink)
            return False
        return True

    async def _step(self, partition: int, step: Step) -> None:
        key = (step.bundle, step.place)
        done = self._done_before(partition, step)
        if done is None:
            begun = self._begun_before(partition, step)
            now = int(self._clock())
            if not await self._stage.prove(partition, lambda core: core.claim(step, now)):
                return
            core = self._stage.core(partition)
            bundle = None if core is None else core.bundle(step.bundle)
            if core is None or bundle is None:
                return
            before = msgspec.structs.replace(bundle.delivery(step.place))
            done = await self._done(core, bundle, step, begun)
            self._unnoted[key] = _Unnoted(before, done)
        note = done
        if await self._stage.change(
            partition, lambda core: core.note(step.bundle, step.place, note)
        ):
            self._unnoted.pop(key, None)
            if note.problem and not step.bundle.startswith("O-"):
                await self._tell_operator(partition, note.problem)

    def _done_before(self, partition: int, step: Step) -> Delivery | None:
        """What was done of a step and not noted; nothing, if another worker went on from there meanwhile."""
        unnoted = self._unnoted.pop((step.bundle, step.place), None)
        core = self._stage.core(partition)
        bundle = None if core is None else core.bundle(step.bundle)
        if unnoted is None or bundle is None or bundle.delivery(step.place) != unnoted.before:
            return None
        self._unnoted[step.bundle, step.place] = unnoted
        return unnoted.done

    def _begun_before(self, partition: int, step: Step) -> int | None:
        """When a post was begun of which nothing is known, epoch seconds."""
        core = self._stage.core(partition)
        bundle = None if core is None else core.bundle(step.bundle)
        return None if bundle is None else bundle.delivery(step.place).trying

    async def _done(
        self, core: NotifyCore, bundle: Bundle, step: Step, begun: int | None
    ) -> Delivery:
        """Do a step; where the message stands after it."""
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

    def _besides(self, error: Permanent, place: Place) -> str:
        """The sink by which the operator cannot be told of an error: that is just what fails."""
        is_operators = place in operator_target(self._rules, self._sinks).places
        return place.sink if error.whole_sink or is_operators else ""

    async def _tell_operator(self, partition: int, text: str, besides: str = "") -> None:
        now, names = int(self._clock()), [name for name in self._sinks if name != besides]
        if names:
            await self._stage.change(
                partition, lambda core: core.tell_operator(text, now, names, self._rules)
            )


def posted_at(found: Receipt, begun: int) -> int:
    """When a message was posted that was looked for, epoch seconds: Slack's ``ts`` says it; else when it was begun."""
    try:
        return max(int(float(found.ts)), begun)
    except ValueError:
        return begun


def _charts(place: Place) -> str:
    return f"charts of {place.sink}"


class _Unnoted(NamedTuple):
    """What was done, and from where on."""

    before: Delivery
    done: Delivery


def _name(step: Step) -> str:
    """A message in a place, as it is paced."""
    return f"{place_key(step.place)} {step.bundle}"


def _where(delivery: Delivery, place: Place) -> str:
    """The address that a message is edited at: that of the fallback, if it is there."""
    return delivery.receipt[0] if delivery.problem and delivery.receipt else place.address


def _kept(receipt: Receipt) -> tuple[str, str]:
    return receipt.channel, receipt.ts


def _receipt(delivery: Delivery) -> Receipt | None:
    return None if delivery.receipt is None else Receipt(*delivery.receipt)
