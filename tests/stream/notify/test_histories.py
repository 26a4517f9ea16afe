"""Random histories: whatever happens in whatever order, everything is told once in each of its places, and ends."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, get_args

import pytest

from alerting import inbox
from alerting.cases.acts import ActKind
from alerting.cases.silence import PlannedEvent, Silence
from alerting.sinks.errors import Permanent, Transient
from config.rules import Rules
from tests.alerting_examples import NOON
from tests.stream.notify.board import ANN, Board, Channels, Died, routed
from tests.stream.notify.test_telling import HOUR, one, resolved

OWNERS: Final = [
    {
        "team": "t1",
        "channel": "#t1",
        "on_call": ["S0ONE"],
        "call_from": "high",
        "escalation": {
            "after": "30m",
            "severities": ["critical"],
            "channel": "#sre",
            "mention": ["S0SRE"],
        },
    },
    {"team": "t2", "email": ["t2@example.com"]},
]
ROUTES: Final[list[list[dict[str, Any]]]] = [
    [],
    [{"name": "t1", "match": {"team": "t1"}, "channel": "#one"}],
    [{"name": "t1", "match": {"team": "t1"}, "channel": "#other"}],
    [
        {
            "name": "grave",
            "matchers": ["severity=~high|critical"],
            "channel": "#sre",
            "continue": True,
        },
        {"name": "t2", "match": {"team": "t2"}, "group_by": ["service"], "channel": "#two"},
    ],
    [{"name": "t2", "match": {"team": "t2"}, "mute": ["hours"]}],
]
SEEDS: Final = 8
HOURS: Final = {"name": "hours", "timezone": "UTC", "times": ["12:00-18:00"]}


def some_rules(chance: random.Random) -> Rules:
    routing: dict[str, Any] = {
        "routes": chance.choice(ROUTES),
        "owners": chance.choice([[], OWNERS]),
        "intervals": [HOURS],
        "flood": {"more_than": chance.choice([3, 1000]), "within": "1m"},
        "limit": {"messages": chance.choice([5, 1000]), "per": "1h"},
        "repeat_interval": chance.choice(["never", "2h"]),
        "group_by": chance.choice([[], [], ["team"], ["service"]]),
        "inhibit": [
            {
                "name": "grave",
                "source": ["severity=critical"],
                "target": ["severity=low"],
                "equal": ["team"],
            }
        ],
        "email": chance.choice([[], ["finops@example.com"]]),
    }
    return routed(**routing)


class History:
    """A board on which things happen by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.sinks = [
            Channels(can_find=True),
            Channels(name="email", edits=False),
            Channels(name="webhook"),
        ]
        self.board = Board(some_rules(self.chance), *self.sinks[:1])
        self.open: dict[str, dict[str, Any]] = {}
        self.over: dict[str, dict[str, Any]] = {}
        self.number = 0
        self.deaths = 0
        for sink in self.sinks:
            sink.fails = self.fails
        self.calm = False
        self.stopped: int | None = None

    def fails(self, method: str, _address: str) -> None:
        if self.calm or self.chance.random() > 0.1:
            return
        raise self.chance.choice(
            [
                Transient("no answer"),
                Transient("busy", 3.0),
                *([Permanent("gone", of_channel=True)] if method == "edit" else []),
            ]
        )

    def happen(self) -> None:
        chance = self.chance
        kinds: list[Callable[[], None]] = [
            self.opens, self.opens, self.grows, self.recovers, self.ends, self.ends, self.comes_back,
            self.acts, self.acts, self.is_silenced, self.is_planned, self.restarts, self.waits,
            self.waits, self.waits_for_weeks, self.a_source_stops, self.a_source_stops,
        ]  # fmt: skip
        if chance.random() < 0.2:
            self.board.partition.dies_at = self.board.partition.writes + chance.randint(1, 12)
        try:
            chance.choice(kinds)()
            self.board.run(chance.choice([0.5, 2, 5]))
        except Died:
            self.deaths += 1
            self.board.partition.dies_at = None
            self.board.restart()
            self.board.again()
        self.board.partition.dies_at = None

    def opens(self) -> None:
        for _ in range(self.chance.choice([1, 1, 2, 8])):
            self.number += 1
            said: dict[str, Any] = {
                "team": self.chance.choice(["t1", "t2", "t3"]),
                "service": self.chance.choice(["x", "y", "z"]),
                "severity": self.chance.choice(["low", "medium", "high", "critical"]),
            }
            name = f"A-{self.number}"
            if self.chance.random() < 0.2:
                said |= {"direction": "down", "impact": -60}
            self.open[name] = said
            self.board.hear(one(name, **said))

    def _one(self, among: dict[str, dict[str, Any]]) -> str | None:
        return self.chance.choice(list(among)) if among else None

    def grows(self) -> None:
        if (name := self._one(self.open)) is not None:
            said = self.open[name]
            said["impact"] = said.get("impact", 60) * 2
            said["severity"] = self.chance.choice([said["severity"], "critical"])
            said.pop("recovered_at", None)
            self.board.hear(one(name, **said))

    def recovers(self) -> None:
        if (name := self._one(self.open)) is not None:
            self.open[name]["recovered_at"] = NOON
            self.board.hear(one(name, **self.open[name]))

    def ends(self) -> None:
        if (name := self._one(self.open)) is not None:
            said = self.over[name] = self.open.pop(name)
            if self.chance.random() < 0.2:
                self.board.hear(one(name, **{**said, "state": "retracted"}))
            else:
                self.board.hear(resolved(name, **said))

    def comes_back(self) -> None:
        if (name := self._one(self.over)) is not None:
            said = self.open[name] = self.over.pop(name)
            said.pop("recovered_at", None)
            self.board.hear(one(name, **said))

    def acts(self) -> None:
        name = f"A-{self.chance.randint(1, self.number + 1)}"
        kind: ActKind = self.chance.choice(get_args(ActKind))
        until = int(self.board.now) + 600 if kind in {"snooze", "expected"} else None
        self.board.act(name, kind, until)

    def _matchers(self) -> tuple[str, ...]:
        return (
            f"team={self.chance.choice(['t1', 't2'])}",
            f"service={self.chance.choice(['x', 'y'])}",
        )

    def is_silenced(self) -> None:
        now = int(self.board.now)
        self.board.hear(
            inbox.SilenceHeard(
                Silence(
                    silence_id=f"S-{self.chance.randint(1, 3)}",
                    matchers=self._matchers(),
                    starts_at=now,
                    ends_at=now + self.chance.choice([0, 60, 600]),
                    by=ANN,
                    comment="",
                    created_at=now,
                )
            )
        )

    def is_planned(self) -> None:
        noon = int(NOON.timestamp())
        self.board.hear(
            inbox.PlannedHeard(
                PlannedEvent(
                    planned_id=f"P-{self.chance.randint(1, 3)}",
                    name="Launch",
                    matchers=self._matchers(),
                    starts_at=noon - HOUR,
                    ends_at=noon + self.chance.choice([-HOUR, 99 * HOUR]),
                    by=ANN,
                    comment="",
                    created_at=noon,
                    factor=self.chance.choice([None, 2.0, 8.0]),
                )
            )
        )

    def restarts(self) -> None:
        if self.chance.random() < 0.5:
            self.board.partition.rules = some_rules(self.chance)
            self.board.sinks = list(self.sinks[: self.chance.randint(1, 3)])
        self.board.restart()

    def waits(self) -> None:
        self.board.run(self.chance.choice([30, 90, 3 * HOUR]), step=15)

    def waits_for_weeks(self) -> None:
        if self.chance.random() < 0.3:
            self.board.run(35 * 24 * HOUR, step=24 * HOUR)

    def a_source_stops(self) -> None:
        now = int(self.board.now)
        if self.stopped is None:
            stale, since = True, now - HOUR
        else:
            stale, since = False, self.stopped
        self.board.hear(
            inbox.SourceHeard(source="usage", stale=stale, since=since, usually_every=60, at=now)
        )
        self.stopped = since if stale else None

    def calms_down(self) -> None:
        """All sinks answer, and there is time enough."""
        self.calm = True
        self.board.run(400, step=2)


def histories(seed: int, length: int = 60) -> History:
    history = History(seed)
    for _ in range(length):
        history.happen()
    history.calms_down()
    assert [one for one in history.board.partition.passed_over if "there is no A-" not in one] == []
    return history


@pytest.mark.parametrize("seed", range(SEEDS))
def test_everything_is_told_once_in_each_of_its_places_and_ends(
    seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Places of the rules of now have one message of each case that is open and not quiet; the newest stands there."""
    history = histories(seed)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    board = history.board
    core = board.partition.inside
    memory = core.memory
    names = [sink.name for sink in board.sinks]
    assert (
        core.behind(
            {s.name: w for s, w in zip(board.sinks, board.deliverer._ways.values(), strict=True)}
        )
        == 0
    )

    for name in memory.cases:
        case = memory.cases[name]
        places = Counter(
            place
            for bundle in memory.gathering.of(name)
            for place in bundle.places
            if place.sink in names
        )
        assert max(places.values(), default=1) == 1, (name, places)
        told_in = core._look._targets(name, core._look.labels(case.anomaly))
        if case.anomaly.state == "open" and memory.quiet.get(name) is None:
            due = {place for target in told_in for place in target.places}
            assert due <= set(places), (name, due, places)

    for bundle in memory.gathering.bundles.values():
        for place in bundle.places:
            if place.sink != "slack":
                continue
            delivery = bundle.delivery(place)
            assert delivery.receipt is not None
            told = history.sinks[0].told[int(delivery.receipt[1])]
            notice = core.notice(bundle, place, None, int(board.now))
            assert told.key == bundle.key
            assert told.notice is not None
            assert told.notice.is_firing == notice.is_firing, bundle
            forgotten = {one.anomaly_id for one in told.notice.anomalies} - set(bundle.members)
            assert forgotten or told.notice.message.text == notice.message.text


@pytest.mark.parametrize("seed", range(SEEDS, SEEDS + 4))
def test_a_restart_changes_nothing(seed: int) -> None:
    """Whoever takes over decides as who was there before: nothing is sent, edited or written."""
    history = histories(seed, 40)
    board = history.board
    states = dict(board.partition.states)
    sent = [(told.ts, len(told.versions), len(told.thread)) for told in history.sinks[0].told]
    board.restart()
    board.run(10)

    assert [(t.ts, len(t.versions), len(t.thread)) for t in history.sinks[0].told] == sent
    assert board.partition.states == states
