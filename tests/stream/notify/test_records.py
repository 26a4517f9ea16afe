"""The public records: each change is told, only changes are, and none is too large."""

from typing import Any

from alerting.cases.silence import Silence
from alerting.inbox import SilenceHeard
from stream.kafka.topics import Topics
from tests.stream.notify.board import ANN, START, Board, Channels, routed
from tests.stream.notify.test_failures import SEARCH, missing
from tests.stream.notify.test_telling import HOUR, one, resolved

MOST = 8 << 20  # bytes that Kafka takes


def records(board: Board) -> list[str]:
    """Ids of the cases whose records were written, in order."""
    return [
        (output.key or b"").decode()
        for output in board.partition.outputs
        if output.topic == Topics().cases
    ]


def test_a_restart_writes_no_record_of_what_is_as_it_was() -> None:
    """Whoever takes over knows from the messages what was made public; a rule that says otherwise is news."""
    board = Board()
    board.hear(*(one(f"A-{n}", service=f"s{n}") for n in range(20)))
    board.run(30)
    before = len(records(board))
    board.restart()
    board.run(30)
    assert len(records(board)) == before

    route = {"name": "search", "match": {"team": "search"}}
    board.partition.rules = routed(routes=[route], owners=[{"team": "search", "on_call": ["U0X1"]}])
    board.restart()
    board.run(30)
    assert sorted(records(board)[before:]) == sorted(f"A-{n}" for n in range(20))
    assert (board.case("A-3").owner, board.case("A-3").routes) == ("search", ("search",))


def test_what_is_quiet_and_becomes_told_is_recorded_over_a_restart() -> None:
    """A silence that ends while nobody works is over in the record as well."""
    board = Board()
    silence = Silence(
        silence_id="S-1",
        matchers=("team=search",),
        starts_at=START - 1,
        ends_at=START + HOUR,
        by=ANN,
        comment="",
        created_at=START,
    )
    board.hear(SilenceHeard(silence), one())
    board.run()
    quiet = board.case("A-1").quiet
    board.now += 2 * HOUR
    board.restart()
    board.run()

    assert quiet is not None
    assert quiet.by == "S-1"
    assert board.case("A-1").quiet is None


def test_thousands_in_a_flood() -> None:
    """One message, each case public with where it is told, a state that Kafka takes, in transactions of a bounded size."""
    board = Board()
    sizes: list[int] = []
    write = board.partition._write

    def measured(changes: Any) -> bool:
        sizes.append(len(changes.outputs))
        return write(changes)

    board.partition._write = measured  # type: ignore[method-assign]
    board.hear(*(one(f"A-{n:010}", service=f"s{n}") for n in range(3000)))
    board.run(14)

    (flood,) = board.slack.told
    assert "3,000" in flood.versions[-1]
    assert {told.notice for n in (0, 1500, 2999) for told in board.case(f"A-{n:010}").told} == {
        flood.key
    }
    largest = max(len(value) for value in board.partition.states.values())
    assert largest / 3000 < MOST / 10_000 / 3  # so many it takes at most
    assert max(sizes) < 2000


def test_what_is_over_for_a_month_leaves_nothing_behind() -> None:
    """After a month all of a case is forgotten; a group that goes on forgets its members one by one."""
    board = Board(routed(group_by=["team"]))
    for day in range(5):
        board.hear(one(f"A-{day}", service=f"s{day}"))
        board.run(2 * HOUR, step=HOUR / 2)
        if day:
            board.hear(resolved(f"A-{day - 1}", service=f"s{day - 1}"))
        board.run(24 * HOUR, step=HOUR)
    board.run(33 * 24 * HOUR, step=6 * HOUR)

    memory = board.partition.inside.memory
    (bundle,) = memory.gathering.bundles.values()
    assert bundle.members == ("A-4",)
    assert set(bundle.said) == set(bundle.shown) == set(memory.cases) == {"A-4"}
    board.restart()
    board.hear(resolved("A-4", service="s4"))
    board.run(10)
    assert "Resolved" in board.slack.told[0].versions[-1]

    board.run(33 * 24 * HOUR, step=6 * HOUR)
    kept = {key[:2] for key in board.partition.states}
    assert kept == {b"p", b"v"}


def test_a_case_that_was_told_elsewhere_was_told() -> None:
    """Its record says when and where, although not where the rules wanted it."""
    board = Board(routed(routes=SEARCH), Channels(fails=missing("#search")))
    board.hear(one())
    board.run()

    (told,) = board.case("A-1").told
    assert told.told_at is not None
    assert told.receipt == ("#cloud-spend", "0")
