"""What cannot be told, and processes that die: nothing is lost, little is doubled, and the operator hears of it once."""

import logging
from collections.abc import Callable

import pytest

from alerting.sinks.base import Receipt
from alerting.sinks.errors import Permanent, Transient
from stream.errors import StateRefusedError
from stream.notify.doing import posted_at
from tests.alerting_examples import anomaly
from tests.stream.notify.board import DEFAULT, Board, Channels, Died, routed
from tests.stream.notify.test_telling import one, resolved

SEARCH = [{"name": "search", "match": {"team": "search"}, "channel": "#search"}]


def missing(*gone: str) -> Callable[[str, str], None]:
    """Channels that do not exist."""

    def fails(_method: str, address: str) -> None:
        if address in gone:
            raise Permanent(f"channel {address} does not exist", of_channel=True)

    return fails


def test_the_default_channel_hears_of_what_its_own_cannot(caplog: pytest.LogCaptureFixture) -> None:
    """An alert whose channel does not exist goes to the fallback, and the operator hears of it once a day."""
    slack = Channels(fails=missing("#search"))
    board = Board(routed(routes=SEARCH, operator_channel="#ops"), slack)
    board.hear(one("A-1"), one("A-2"))
    board.run(10)
    board.hear(resolved("A-1"))
    board.run(10)

    assert [(told.key, told.address) for told in slack.told if told.address != "#ops"] == [
        ("A-1", DEFAULT),
        ("A-2", DEFAULT),
    ]
    (ops,) = [told for told in slack.told if told.address == "#ops"]
    assert "channel #search does not exist" in ops.versions[0]
    assert "Resolved" in board.message("A-1").versions[-1]
    (place,) = board.case("A-2").told
    assert place.address == "#search"
    assert place.receipt == (DEFAULT, board.message("A-2").ts)
    assert place.problem == "channel #search does not exist"
    assert "A-1: channel #search does not exist; told in #cloud-spend instead" in caplog.text


def test_without_any_channel_an_alert_waits_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What no channel takes is told once one of them exists; until then a line a minute says what to mend."""
    slack = Channels(fails=missing(DEFAULT))
    board = Board(routed(routes=SEARCH), slack)
    board.hear(one("A-1", team="checkout"), one("A-2", team="platform"), one("A-3"))
    board.run(30)
    assert [told.key for told in slack.told] == ["A-3"]
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in errors] == [
        f"channel {DEFAULT} does not exist; alerts wait for it"
    ]

    slack.fails = missing()
    board.run(60)
    assert sorted(told.key for told in slack.told) == ["A-1", "A-2", "A-3"]


def test_what_to_mend_names_both_channels(caplog: pytest.LogCaptureFixture) -> None:
    """Either channel would do: that of the route comes first, since the message belongs there."""
    board = Board(routed(routes=SEARCH), Channels(fails=missing("#search", DEFAULT)))
    board.hear(one("A-1"))
    board.run(5)

    assert (
        f"channel #search does not exist; nor can {DEFAULT} be told; alerts wait for it"
        in caplog.text
    )


def test_a_message_that_is_refused_for_itself_does_not_come_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What no channel will ever take is given up with one line, so that it cannot block the outbox."""

    def refuses(_method: str, _address: str) -> None:
        raise Permanent("invalid_blocks")

    board = Board(None, Channels(fails=refuses))
    board.hear(anomaly(anomaly_id="A-1"))
    board.run(200, step=5)

    errors = [record for record in caplog.records if "A-1" in record.getMessage()]
    assert [record.getMessage() for record in errors] == ["A-1 is told to nobody: invalid_blocks"]
    assert board.case("A-1").told[0].problem == "invalid_blocks"


def test_a_busy_slack_is_left_alone_as_long_as_it_asks() -> None:
    """429 with `Retry-After` rests the channel for that long, and no other."""
    asked: list[tuple[float, str]] = []
    board = Board(routed(routes=SEARCH), Channels())

    def busy(_method: str, address: str) -> None:
        asked.append((board.now, address))
        if address == "#search" and len([one for one in asked if one[1] == address]) == 1:
            raise Transient("busy", 30.0)

    board.slack.fails = busy
    board.hear(one("A-1"), one("A-2", team="other"))
    board.run(40, step=1)

    first, second, *_ = [at for at, address in asked if address == "#search"]
    assert 30 <= second - first <= 32
    other = next(at for at, address in asked if address == DEFAULT)
    assert other - first < 2
    assert {told.key for told in board.slack.told} == {"A-1", "A-2"}


def test_a_dead_sink_holds_up_no_other() -> None:
    """While Slack does not answer, the webhook is told; Slack is told once it is back, in order."""

    def dead(_method: str, _address: str) -> None:
        raise Transient("Slack does not answer")

    slack = Channels(fails=dead)
    webhook = Channels(name="webhook")
    board = Board(None, slack, webhook)
    for number in range(5):
        board.hear(one(f"A-{number}"))
        board.run(30, step=5)
    assert [told.key for told in webhook.told] == [f"A-{n}" for n in range(5)]
    assert slack.told == []

    slack.fails = missing()
    board.run(90, step=1)
    assert [told.key for told in slack.told] == [f"A-{n}" for n in range(5)]


def story(board: Board) -> None:
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run(2)
    board.act("A-1", "acknowledge")
    board.hear(one("A-2", service="x", severity="high"))
    board.run(2)
    board.hear(resolved("A-1"), resolved("A-2", service="x"))
    board.run(4)


@pytest.mark.parametrize("can_find", [True, False])
def test_a_process_that_dies_before_any_write_loses_and_doubles_nothing(*, can_find: bool) -> None:
    """Killed before each write in turn, all is told in the end; once each, where Slack can be asked what it has."""
    calm = Board(None, Channels())
    story(calm)
    doubled = 0
    for number in range(1, calm.partition.writes + 1):
        board = Board(None, Channels(can_find=can_find))
        board.partition.dies_at = number
        until_it_ends(board)
        told = [one_.key for one_ in board.slack.told]
        assert set(told) == {"A-1", "A-2"}
        doubled += len(told) - 2
        for key in ("A-1", "A-2"):
            newest = [one_ for one_ in board.slack.told if one_.key == key][-1]
            assert "Resolved" in newest.versions[-1]
            assert board.case(key).state == "resolved"
    assert doubled == (0 if can_find else 2)  # one note for each of two posts


def until_it_ends(board: Board) -> None:
    """Play the story; where the process dies, another goes on with the words that were not taken yet."""
    words: list[Callable[[], None]] = [
        lambda: board.hear(one("A-1")),
        lambda: board.hear(one("A-2", service="x")),
        lambda: board.run(2),
        lambda: board.act("A-1", "acknowledge"),
        lambda: board.hear(one("A-2", service="x", severity="high")),
        lambda: board.run(2),
        lambda: board.hear(resolved("A-1")),
        lambda: board.hear(resolved("A-2", service="x")),
        lambda: board.run(4),
    ]
    for word in words:
        try:
            word()
        except Died:
            board.restart()
            board.again()
            board.run(4)


def test_a_state_of_a_newer_version_is_refused() -> None:
    """Workers that know less do not go on with what a newer one wrote."""
    board = Board()
    board.hear(one())
    board.partition.states[b"v"] = b"99"
    with pytest.raises(StateRefusedError, match="version 99"):
        board.restart()


def test_a_sink_that_is_out_of_order_is_asked_by_one_request_at_a_time() -> None:
    """While Slack does not answer, one place after the other is tried, with longer and longer waits."""
    asked: list[str] = []

    def dead(method: str, address: str) -> None:
        if method != "check":  # whether it is there at all
            asked.append(address)
        raise Transient("Slack does not answer")

    routes = [{"name": n, "match": {"team": n}, "channel": f"#{n}"} for n in ("a", "b", "c")]
    board = Board(routed(routes=routes), Channels(fails=dead))
    board.hear(one("A-1", team="a"), one("A-2", team="b"), one("A-3", team="c"))
    board.run(600, step=1)

    assert len(asked) < 30
    assert (
        asked[3:9] == ["#a", "#b", "#c"] * 2
    )  # after the first three, which were under way together


def test_a_message_that_fails_again_and_again_holds_up_no_other_channel() -> None:
    """Slack that chokes on one message, as if it were out of order, is told all others."""

    def chokes(_method: str, address: str) -> None:
        if address == "#search":
            raise Transient("internal_error")

    board = Board(routed(routes=SEARCH), Channels(fails=chokes))
    board.hear(one("A-0"))
    board.run(300, step=1)
    board.hear(*(one(f"A-{number}", team="other") for number in range(1, 9)))
    board.run(120, step=1)

    assert sorted(told.key for told in board.slack.told) == [f"A-{n}" for n in range(1, 9)]


@pytest.mark.parametrize(
    "error",
    [
        Transient("Slack does not take a picture"),
        Transient("busy", 600.0),
        Permanent("what answers is not Slack's Web API", whole_sink=True),
    ],
)
def test_charts_that_cannot_be_stored_hold_up_no_message(error: Exception) -> None:
    """While Slack's store of files is out of order, messages come at once; the charts come when it is back."""

    def no_store(method: str, _address: str) -> None:
        if method == "attach":
            raise error

    slack = Channels(fails=no_store)
    board = Board(None, slack)
    board.hear(one("A-1"))
    board.run(300, step=1)
    board.hear(one("A-2", service="x"))
    board.run(4, step=0.5)
    assert [told.key for told in slack.told] == ["A-1", "A-2"]

    slack.fails = missing()
    board.run(700, step=5)
    assert [told.charts for told in slack.told] == [1, 1]


def test_what_nobody_was_told_comes_before_what_is_told_further() -> None:
    """After an outage the channel hears of all anomalies first, in order; threads and charts follow."""
    asked: list[str] = []
    slack = Channels()
    board = Board(None, slack)
    board.hear(one("A-1"))
    board.run(5)

    def busy_once(method: str, _address: str) -> None:
        asked.append(method)
        if len(asked) == 1:
            raise Transient("busy", 10.0)

    slack.fails = busy_once
    board.act("A-1", "acknowledge")
    board.hear(one("A-2", service="x"), one("A-3", service="y"))
    board.run(30)
    assert asked == ["edit", "post", "post", "edit", "reply", "attach", "attach"]
    assert [told.key for told in slack.told] == ["A-1", "A-2", "A-3"]


def test_a_message_that_is_found_again_told_all_of_before() -> None:
    """Posted and not noted: its thread does not repeat what happened before it was posted."""

    def dies(method: str, _address: str) -> None:
        if method == "post":
            raise Died

    slack = Channels(after=dies)
    board = Board(routed(group_wait="10s"), slack)
    board.hear(one("A-1"))
    board.run(2)
    board.act("A-1", "acknowledge")
    with pytest.raises(Died):
        board.run(20)
    slack.after = missing()
    board.restart()
    board.run(10)
    board.hear(resolved("A-1"))
    board.run(10)

    told = board.message("A-1")
    assert len(slack.told) == 1
    assert [line.split()[0] for line in told.thread] == ["Over"]


@pytest.mark.parametrize(
    ("ts", "expected"), [("1795293000.000200", 1795293000), ("1.5", 1795290000), ("id", 1795290000)]
)
def test_a_message_that_is_found_says_when_it_was_posted(ts: str, expected: int) -> None:
    """By Slack's time of it, not before it was begun; by that where the sink does not say."""
    assert posted_at(Receipt("C1", ts), 1795290000) == expected
