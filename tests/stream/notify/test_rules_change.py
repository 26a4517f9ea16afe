"""Rules that change between restarts: each place has one message of a case, and none is left behind."""

from typing import Any

import pytest

from config.rules import Rules
from tests.stream.notify.board import DEFAULT, Board, Channels, routed
from tests.stream.notify.test_telling import HOUR, one, resolved


def search(channel: str, **said: Any) -> Rules:
    """Rules with a route of the team search."""
    route = {"name": "search", "match": {"team": "search"}, "channel": channel, **said}
    return routed(routes=[route])


def under(board: Board, rules: Rules, *sinks: Any) -> None:
    """The worker starts anew under other rules."""
    board.partition.rules = rules
    board.sinks = list(sinks) or board.sinks
    board.restart()


def test_a_route_that_moves_leaves_no_open_message_behind() -> None:
    """What is open is told in the new channel as well, and both messages end."""
    board = Board(search("#old"))
    board.hear(one())
    board.run()
    under(board, search("#new"))
    board.run()
    board.hear(resolved())
    board.run()

    assert [told.address for told in board.slack.told] == ["#old", "#new"]
    assert all("Resolved" in told.versions[-1] for told in board.slack.told)


def test_a_sink_that_is_added_hears_of_what_is_open() -> None:
    """A place that a case was not told in yet is told, once; what is over is not told again."""
    slack, mail = Channels(), Channels(name="email", edits=False)
    rules = routed(email=["finops@example.com"])
    board = Board(rules, slack)
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run()
    board.hear(resolved("A-2", service="x"))
    board.run()
    under(board, rules, slack, mail)
    board.run(10)
    under(board, rules, slack, mail)
    board.run(10)

    assert [told.key for told in mail.told] == ["A-1"]
    assert sorted(told.key for told in slack.told) == ["A-1", "A-2"]


def test_a_sink_that_is_gone_does_not_make_state_grow() -> None:
    """What a sink that is no longer configured was not told is kept for the newest fifty times only."""
    slack, mail = Channels(), Channels(name="email", edits=False)
    rules = routed(email=["finops@example.com"], repeat_interval="1h")
    board = Board(rules, slack, mail)
    board.hear(one())
    board.run()
    under(board, rules, slack)
    board.run(200 * HOUR, step=HOUR / 2)

    (bundle,) = board.partition.inside.memory.gathering.bundles.values()
    assert len(slack.told[0].thread) >= 190
    assert len(bundle.milestones) == 50


@pytest.mark.parametrize("before", [{}, {"group_by": ["service"]}])
@pytest.mark.parametrize("after", [{}, {"group_by": ["team"]}])
def test_grouping_that_changes_tells_nothing_twice(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    """What was told stays in the message that tells of it."""
    board = Board(routed(**before))
    board.hear(one("A-1"))
    board.run()
    under(board, routed(**after))
    board.hear(one("A-2", service="x"))
    board.run()
    board.hear(resolved("A-1"), resolved("A-2", service="x"))
    board.run(10)

    assert {told.address for told in board.slack.told} == {DEFAULT}
    assert len(board.slack.told) == 2
    assert all("Resolved" in told.versions[-1] for told in board.slack.told)
