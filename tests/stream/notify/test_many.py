"""Many in one message: whoever is to hear of a case hears of it, and whoever is to be called is called."""

from typing import Any, get_args

from alerting.cases.case import Reason
from stream.notify.words import _TELLING
from tests.stream.notify.board import DEFAULT, Board, Channels, routed
from tests.stream.notify.test_telling import HOUR, one, resolved

OWNERS = [
    {
        "team": "search",
        "on_call": ["S0ONCALL1"],
        "escalation": {
            "after": "30m",
            "severities": ["high", "critical"],
            "mention": ["S0SRE1234"],
        },
    }
]


def in_group(**routing: Any) -> Board:
    """A group of the team with one case of little weight, told."""
    board = Board(routed(owners=OWNERS, **{"group_by": ["team"], **routing}))
    board.hear(one("A-1", severity="low"))
    board.run()
    return board


def test_a_grave_case_that_joins_a_group_calls_at_once() -> None:
    """Whom the group's first message had no reason to call is called in its thread; the second time within the hour not."""
    board = in_group()
    board.hear(one("A-2", service="x", severity="critical"))
    board.run()
    (told,) = board.slack.told
    assert told.mentions == ()
    assert [line[-9:] for line in told.thread] == ["S0ONCALL1"]

    board.hear(one("A-3", service="y", severity="critical"))
    board.run(400, step=5)
    (later,) = told.thread[1:]
    assert "S0ONCALL1" not in later


def test_a_case_of_a_group_that_gets_grave_calls() -> None:
    """Severity that grows within a group calls as it does for a case by itself."""
    board = in_group()
    board.hear(one("A-2", service="x", severity="low"))
    board.run()
    board.hear(one("A-2", service="x", severity="high"))
    board.run()

    assert board.slack.told[0].thread[-1].endswith("S0ONCALL1")


def test_a_group_that_lives_for_days_calls_again_for_another_case() -> None:
    """What is grave an hour after the last call is not lost in a message that everybody has read."""
    board = in_group()
    board.hear(one("A-2", service="x", severity="critical"))
    board.run()
    board.run(2 * HOUR, step=60)
    before = len(board.slack.told[0].thread)
    board.hear(one("A-3", service="y", severity="critical"))
    board.run()

    assert [line[-9:] for line in board.slack.told[0].thread[before:]] == ["S0ONCALL1"]


def test_escalation_calls_out_of_a_group_too() -> None:
    """Each case that joins a group is escalated by itself if nobody takes it up, and together with those that are there."""
    board = in_group()
    board.hear(*(one(f"A-{n}", service=f"s{n}", severity="high") for n in (2, 3)))
    board.run(HOUR, step=30)
    told = board.slack.told[0]
    assert len([line for line in told.thread if "S0SRE1234" in line]) == 1

    board.hear(one("A-4", service="x", severity="high"))
    board.run(29 * 60, step=30)
    assert len([line for line in told.thread if "S0SRE1234" in line]) == 1
    board.run(120, step=30)
    assert len([line for line in told.thread if "S0SRE1234" in line]) == 2


def test_a_flood_calls_whom_its_cases_call() -> None:
    """Cases that a flood takes in before they were told bring along whom they call."""
    flood = {"more_than": 3, "within": "1m"}
    board = Board(routed(owners=OWNERS, flood=flood))
    severities = ["critical", "low", "low", "low", "low"]
    board.hear(*(one(f"A-{n}", service=f"s{n}", severity=s) for n, s in enumerate(severities)))
    board.run(10)

    (told,) = board.slack.told
    assert told.mentions == ("S0ONCALL1",)
    assert told.thread == []


def test_a_flood_in_a_channel_drops_no_mailbox_and_tells_none_of_what_is_not_theirs() -> None:
    """Ten teams share a channel and have a mailbox each: the channel has a flood, each mailbox its own case."""
    owners = [{"team": f"t{n}", "email": [f"t{n}@example.com"]} for n in range(10)]
    slack, mail = Channels(), Channels(name="email", edits=False)
    board = Board(routed(owners=owners, flood={"more_than": 3, "within": "1m"}), slack, mail)
    board.hear(*(one(f"A-{n}", team=f"t{n}") for n in range(10)))
    board.run(60)

    assert [told.address for told in slack.told] == [DEFAULT]
    assert sorted((told.address, told.key) for told in mail.told) == [
        (f"t{n}@example.com", f"A-{n}") for n in range(10)
    ]


def test_groups_of_different_mailboxes_are_not_mixed() -> None:
    """Two owners whose cases share the group's labels each get their own mail."""
    owners = [{"team": team, "email": [f"{team}@example.com"]} for team in "ab"]
    mail = Channels(name="email", edits=False)
    board = Board(routed(owners=owners, group_by=["service"]), Channels(), mail)
    board.hear(one("A-1", team="a"))
    board.run()
    board.hear(one("A-2", team="b"))
    board.run(400, step=5)

    assert [told.address for told in mail.told] == ["a@example.com", "b@example.com"]


def test_one_of_a_group_that_is_taken_back_is_said_and_ends_nothing() -> None:
    """Whatever reason there is to tell of a member, the group has a line for it."""
    assert set(_TELLING) == set(get_args(Reason))
    board = in_group()
    board.hear(one("A-2", service="x"))
    board.run(400, step=5)
    board.hear(one("A-2", service="x", state="retracted"))
    board.run(400, step=5)
    board.hear(resolved("A-1"))
    board.run(5)

    assert [line.split(":")[0] for line in board.slack.told[0].thread] == [
        "1 more",
        "Partly taken back",
        "All over",
    ]
