"""One that fails holds up no other: a message, a place, a clock."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from alerting.anomaly import Anomaly
from alerting.notices.bundle import Bundle
from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt
from alerting.sinks.errors import Permanent, Transient
from tests.stream.notify.board import DEFAULT, START, Board, Channels, routed
from tests.stream.notify.test_failures import SEARCH, missing
from tests.stream.notify.test_telling import HOUR, one, resolved

Wrong = Callable[[], BaseException]


class Picky(Channels):
    """A sink for which one message goes wrong, while all others are told."""

    wrong: Wrong

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        if notice.key == "A-1" and (before is not None or not self.edits):
            raise self.wrong()
        return await super().deliver(notice, address, before)


def picky(wrong: Wrong, **said: Any) -> Picky:
    sink = Picky(**said)
    sink.wrong = wrong
    return sink


@pytest.mark.parametrize(
    "wrong", [lambda: Transient("internal_error"), lambda: ValueError("of no known kind")]
)
def test_a_message_that_always_fails_lets_the_others_of_its_channel_through(wrong: Wrong) -> None:
    """What a sink answers with an error again and again steps back behind what comes after it."""
    sink = picky(wrong, edits=False)
    board = Board(None, sink)
    board.hear(one("A-1"))
    board.run()
    board.hear(*(one(f"A-{n}", service=f"s{n}") for n in range(2, 6)))
    board.run(120, step=1)

    assert [told.key for told in sink.told] == ["A-2", "A-3", "A-4", "A-5"]


def test_receivers_that_are_dead_hold_up_no_other() -> None:
    """Of ten places that a sink tells, eight at once, nine do not answer: the tenth is told all the same."""

    def dead(_method: str, address: str) -> None:
        if address not in {"", "#r9"}:
            raise Transient("does not answer")

    routes = [{"name": f"r{n}", "match": {"team": f"t{n}"}, "channel": f"#r{n}"} for n in range(10)]
    board = Board(routed(routes=routes), Channels(fails=dead))
    board.hear(*(one(f"A-{n}", team=f"t{n}") for n in range(10)))
    board.run(30, step=1)

    assert [told.key for told in board.slack.told] == ["A-9"]


def test_a_further_message_that_is_refused_is_given_up_with_a_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A sink that cannot edit and refuses a message for what it says is told the next one."""

    def refuses(method: str, _address: str) -> None:
        if method == "edit":
            raise Permanent("too large")

    mail = Channels(name="email", edits=False, fails=refuses)
    board = Board(routed(email=["a@example.com"], operator_channel="#ops"), Channels(), mail)
    board.hear(one("A-1"))
    board.run()
    board.hear(one("A-1", severity="critical"))
    board.run()
    board.hear(one("A-2", service="x"))
    board.run(10)

    assert [told.key for told in mail.told] == ["A-1", "A-2"]
    assert caplog.text.count("A-1: a further message is told to nobody: too large") == 1
    assert [told.address for told in board.slack.told if "too large" in told.versions[0]] == [
        "#ops"
    ]


def test_a_chart_that_cannot_be_drawn_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever drawing raises, the message goes without its picture."""

    def breaks(_: Anomaly) -> bytes:
        raise RuntimeError("no font")

    board = Board(draw=breaks)
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run(5)

    assert [told.key for told in board.slack.told] == ["A-1", "A-2"]
    assert "A-1: no chart" in caplog.text


def test_what_is_new_does_not_wait_behind_what_changes_all_the_time() -> None:
    """A channel that takes one message a second, with more edits than that, is told of a new case next."""
    sink = Channels()
    sink.pace = 1.0  # type: ignore[attr-defined]  # as Slack's
    board = Board(routed(flood={"more_than": 1000}, limit={"messages": 1000}), sink)
    names = [f"A-{n}" for n in range(10)]
    board.hear(*(one(name, service=name) for name in names))
    board.run(60, step=1)
    impact = 60
    for _ in range(5):
        impact *= 2
        board.hear(*(one(name, service=name, impact=impact) for name in names))
        board.run(5, step=1)
    board.hear(one("A-NEW", service="x"))
    board.run(3, step=1)
    assert sink.told[-1].key == "A-NEW"

    board.run(60, step=1)
    newest = [told.notice.anomalies[0].impact for told in sink.told if told.notice is not None]
    assert newest[:10] == [impact] * 10


def test_the_operator_hears_of_a_channel_that_nobody_can_tell() -> None:
    """Where neither the channel nor its fallback is there, the operator's channel says so, once."""
    slack = Channels(fails=missing("#search", DEFAULT))
    board = Board(routed(routes=SEARCH, operator_channel="#ops"), slack)
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run(200, step=5)

    (told,) = slack.told
    assert told.address == "#ops"
    assert f"nor can {DEFAULT} be told" in told.versions[0]


def test_a_clock_that_is_set_back_holds_up_nothing() -> None:
    """An hour back, what is due is told at once, and what comes is told as ever."""
    sink = Channels()
    sink.pace = 1.0  # type: ignore[attr-defined]  # as Slack's
    board = Board(routed(group_wait="30s"), sink)
    board.hear(one("A-1"))
    board.run(40, step=1)
    board.hear(one("A-2", service="x"))
    board.run(1)
    board.now -= HOUR
    board.hear(resolved("A-1"))
    board.run(5)

    assert [told.key for told in sink.told] == ["A-1", "A-2"]
    assert "Resolved" in sink.told[0].versions[-1]


def test_what_was_not_noted_counts_only_if_nobody_went_on_from_there() -> None:
    """A worker that gets its partition back does not overwrite what another one noted meanwhile."""
    board = Board()
    board.hear(one("A-1"))
    first, change = board.deliverer, board.partition.change

    async def loses(partition: int, decide: Callable[[Any], Any]) -> bool:
        is_note = board.slack.told != []
        return False if is_note else await change(partition, decide)

    board.partition.change = loses  # type: ignore[method-assign]  # the note is not taken
    board.run(2)
    assert len(board.slack.told) == 1

    board.partition.change = change  # type: ignore[method-assign]
    board.restart()
    board.run(3)
    board.act("A-1", "acknowledge")
    board.run(3)
    (told,) = board.slack.told
    before = (list(told.versions), list(told.thread), told.charts)

    board.deliverer = first  # the other worker leaves
    board.hear(resolved("A-1"))
    board.run(5)
    assert told.versions[:-1] == before[0]
    assert told.thread[:-1] == before[1]
    assert told.charts == before[2] + 1


def test_a_message_that_cannot_be_made_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The line names the message, and the next one is told."""
    board = Board()
    core: Any = board.partition.inside
    makes = core.notice

    def notice(bundle: Bundle, *rest: Any) -> Notice:
        if bundle.key == "A-1":
            raise KeyError("of a bug")
        made: Notice = makes(bundle, *rest)
        return made

    core.notice = notice  # a bug that nobody knows yet
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run(5)

    assert [told.key for told in board.slack.told] == ["A-2"]
    (line,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert "A-1-" in line.getMessage()


def test_a_sink_that_hangs_is_given_up_without_a_trace() -> None:
    """A worker that ends cancels what hangs; the next one looks for the message, and finds none."""
    board = Board()
    hung = asyncio.Event()

    class Hangs(Channels):
        async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
            hung.set()
            await asyncio.sleep(3600)
            return await super().deliver(notice, address, before)

    slack, board.sinks = board.slack, [Hangs()]
    board.restart()
    board.hear(one("A-1"))

    async def story() -> None:
        await board.deliverer.round()
        board.now += 2
        running = asyncio.ensure_future(board.deliverer.run())
        await asyncio.wait_for(hung.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())
    board.sinks = [slack]
    board.restart()
    board.run(5)
    assert [told.key for told in slack.told] == ["A-1"]
    assert board.now > START


@pytest.mark.parametrize("wrong", [Transient("no answer"), TimeoutError(), OSError("broken pipe")])
def test_a_sink_that_cannot_be_asked_is_left_alone(wrong: Exception) -> None:
    """Whatever asking it whether it is there raises, it is tried again later, and all comes in the end."""

    class Dead(Channels):
        async def check(self) -> None:
            raise wrong

    asked: list[float] = []

    def dead(_method: str, _address: str) -> None:
        asked.append(board.now)
        raise Transient("no answer")

    sink = Dead(fails=dead)
    board = Board(None, sink)
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run(300, step=1)
    assert 5 <= len(asked) <= 40

    sink.fails = missing()
    board.run(70, step=1)
    assert sorted(told.key for told in sink.told) == ["A-1", "A-2"]
