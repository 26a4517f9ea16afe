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
from alerting.notices.bundle import Delivery, place_key
from alerting.render.picture import chart_png
from alerting.routing.target import Place
from alerting.sinks.base import Sink, Threads
from alerting.sinks.errors import Permanent, Transient
from config.rules import Rules
from stream.notify.core import NotifyCore
from stream.notify.doing import Doing
from stream.notify.operator import operator_target
from stream.notify.pace import Pace
from stream.notify.steps import Step, Way
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
        self._doing = Doing(self._sinks, clock, draw)
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
            done = await self._doing.step(core, bundle, step, begun)
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


def _charts(place: Place) -> str:
    return f"charts of {place.sink}"


class _Unnoted(NamedTuple):
    """What was done, and from where on."""

    before: Delivery
    done: Delivery


def _name(step: Step) -> str:
    """A message in a place, as it is paced."""
    return f"{place_key(step.place)} {step.bundle}"
