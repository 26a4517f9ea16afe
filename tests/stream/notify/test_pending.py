"""Which messages are asked for steps: only those of which some place is behind."""

from stream.notify.steps import Way
from tests.stream.notify.board import START, Board, Channels
from tests.stream.notify.test_telling import one

WAYS = {"slack": Way(edits=True, threads=True)}


def test_what_is_told_is_behind_no_more() -> None:
    """A message counts as behind until its place has been told all of it."""
    board = Board()
    board.hear(one())
    core = board.partition.inside
    core.tick(START, {"slack"})
    assert core.behind(WAYS) == 1
    board.run(5)
    assert core.behind(WAYS) == 0


def test_what_is_told_is_not_asked_for_until_it_changes() -> None:
    """Of many messages that are told only the one that changes is asked for what is left to do."""
    board = Board(None, Channels())
    board.hear(one("A-1"), one("A-2", service="x"))
    board.run(8)
    core = board.partition.inside
    assert core.pending == set()

    board.act("A-1", "acknowledge")
    assert {core.memory.gathering.bundles[each].key for each in core.pending} == {"A-1"}
    board.run(5)
    assert core.pending == set()
    assert "Ann" in board.message("A-1").thread[-1]


def test_who_takes_over_asks_for_all() -> None:
    """The next owner does not know what was told of which message, and finds out."""
    board = Board(None, Channels())
    board.hear(one("A-1"))
    board.run(1)
    board.restart()
    assert board.partition.inside.steps("slack", WAYS["slack"], START + 10) != []
