"""What is told when, from word to message: the core and its deliverer with a clock set by hand."""

from datetime import timedelta
from typing import Any

import pytest

from alerting import inbox
from alerting.anomaly import Anomaly
from alerting.cases.silence import PlannedEvent, Silence
from tests.alerting_examples import NOON, anomaly
from tests.stream.notify.board import ANN, START, Board, Channels, routed

HOUR = 3600


def one(name: str = "A-1", **changes: Any) -> Anomaly:
    return anomaly(anomaly_id=name, **changes)


def resolved(name: str = "A-1", **changes: Any) -> Anomaly:
    ended = NOON + timedelta(hours=5)
    return one(
        name, state="resolved", ended_at=ended, updated_at=ended + timedelta(hours=1), **changes
    )


def test_one_message_edited_through_its_life() -> None:
    """An anomaly is posted once; what changes edits it, and milestones stand in its thread."""
    board = Board()
    board.hear(one())
    board.run()
    board.hear(one(severity="high", impact_per_day=900))
    board.run()
    board.hear(resolved(severity="high"))
    board.run()

    told = board.message("A-1")
    assert len(board.slack.told) == 1
    assert told.address == "#cloud-spend"
    assert len(told.versions) == 3
    assert "Resolved" in told.versions[-1]
    assert [line.split()[0] for line in told.thread] == ["Worse:", "Over"]
    assert told.charts == 2
    record = board.case("A-1")
    assert record.state == "resolved"
    assert [happened.kind for happened in record.history] == ["opened", "worse", "resolved"]
    assert [(place.address, place.receipt) for place in record.told] == [
        ("#cloud-spend", ("#cloud-spend", "0"))
    ]


def test_nothing_new_sends_nothing() -> None:
    """Time alone neither edits a message nor writes to Kafka."""
    board = Board()
    board.hear(one())
    board.run(5)
    writes, versions = board.partition.writes, len(board.message("A-1").versions)
    board.run(HOUR, step=7)

    assert board.partition.writes == writes
    assert len(board.message("A-1").versions) == versions


def test_who_did_what_is_in_the_message_and_in_the_thread() -> None:
    """An acknowledgement edits the message, names the person, and ends reminders."""
    board = Board(routed(repeat_interval="1h"))
    board.hear(one())
    board.run()
    board.act("A-1", "acknowledge", note="on it")
    board.run()
    board.run(3 * HOUR, step=60)

    told = board.message("A-1")
    assert [line for line in told.thread if "Ann" in line] == told.thread[:1]
    assert len(told.thread) == 1
    assert board.case("A-1").acknowledged is not None
    assert board.case("A-1").state == "acknowledged"


def test_reminders_until_somebody_takes_it_up() -> None:
    """What nobody acknowledges is told again after the repeat interval, in the thread."""
    board = Board(routed(repeat_interval="1h"))
    board.hear(one())
    board.run()
    board.run(2 * HOUR + 60, step=30)

    assert len(board.message("A-1").thread) == 2


def test_a_silence_keeps_quiet_and_what_is_still_true_afterwards_is_told() -> None:
    """A silence holds back the first message; when it ends, what is still open is told, what ended is not."""
    board = Board()
    silence = Silence(
        silence_id="S-1",
        matchers=("team=search",),
        starts_at=START - 10,
        ends_at=START + HOUR,
        by=ANN,
        comment="migration",
        created_at=START - 10,
    )
    board.hear(
        inbox.SilenceHeard(silence), one("A-1"), one("A-2", service="x"), one("A-3", team="other")
    )
    board.run(60)
    assert [told.key for told in board.slack.told] == ["A-3"]
    quiet = board.case("A-1").quiet
    assert quiet is not None
    assert (quiet.kind, quiet.by) == ("silenced", "S-1")

    board.hear(resolved("A-2", service="x"))
    board.run(HOUR, step=5)
    assert [told.key for told in board.slack.told] == ["A-3", "A-1"]


def test_a_silence_may_be_expired_at_once() -> None:
    """Put again with an end that has passed, a silence stops working within seconds."""
    board = Board()

    def silence(ends_at: int) -> inbox.SilenceHeard:
        return inbox.SilenceHeard(
            Silence(
                silence_id="S-1",
                matchers=("team=search",),
                starts_at=START - 10,
                ends_at=ends_at,
                by=ANN,
                comment="",
                created_at=START,
            )
        )

    board.hear(silence(START + 9 * HOUR), one())
    board.run()
    board.hear(silence(START + 3))
    board.run(3)
    assert [told.key for told in board.slack.told] == ["A-1"]


def test_a_planned_event_wakes_nobody_and_is_recorded() -> None:
    """What stays within a planned event is not told, and its case says which event it is."""
    board = Board()
    event = PlannedEvent(
        planned_id="P-1",
        name="Load test",
        matchers=("team=search",),
        starts_at=int(NOON.timestamp()) - 60,
        ends_at=int(NOON.timestamp()) + 24 * HOUR,
        by=ANN,
        comment="",
        created_at=START,
        factor=4.0,
    )
    board.hear(inbox.PlannedHeard(event), one())
    board.run(60)

    assert board.slack.told == []
    quiet = board.case("A-1").quiet
    assert quiet is not None
    assert (quiet.kind, quiet.note) == ("planned", "Load test")


def test_expected_until_a_day_becomes_a_planned_event_and_wrong_takes_it_back() -> None:
    """Who says that it is expected until a day makes a planned event, which another word takes back."""
    board = Board()
    board.hear(one())
    board.run()
    board.act("A-1", "expected", until=START + 24 * HOUR)
    board.run()
    assert board.case("A-1").state == "expected"
    board.act("A-1", "wrong", note="data was wrong")
    board.run()

    planned = [output for output in board.partition.outputs if output.topic == "silences"]
    assert len(planned) == 2
    assert board.case("A-1").state == "wrong"
    said = [output for output in board.partition.outputs if output.topic == "charges"]
    assert [output.partition for output in said] == [0, 0]


def test_nobody_acknowledges_so_the_next_ones_are_called() -> None:
    """Escalation calls the next group in the thread, and posts where the rules say, once."""
    owners = [
        {
            "team": "search",
            "channel": "#search",
            "on_call": ["S0ONCALL1"],
            "escalation": {
                "after": "30m",
                "severities": ["high"],
                "channel": "#sre",
                "mention": ["S0SRE1234"],
            },
        }
    ]
    board = Board(routed(owners=owners))
    board.hear(one(severity="high"))
    board.run()
    assert board.message("A-1").mentions == ("S0ONCALL1",)
    board.run(2 * HOUR, step=60)

    first, second = board.slack.told
    assert (first.address, second.address) == ("#search", "#sre")
    assert len(first.thread) == 1
    assert "S0SRE1234" in first.thread[0]
    assert second.mentions == ("S0SRE1234",)
    board.hear(resolved(severity="high"))
    board.run()
    assert all("Resolved" in told.versions[-1] for told in board.slack.told)


def test_500_at_once_are_one_message_and_all_are_counted() -> None:
    """A flood is one message with the largest on top; its end is told once, and each case says where it is told."""
    board = Board(routed(flood={"more_than": 10, "within": "1m"}))
    board.hear(*(one(f"A-{n}", service=f"service-{n}") for n in range(500)))
    board.run(10)

    (flood,) = board.slack.told
    assert "500" in flood.versions[-1]
    assert {place.notice for n in range(500) for place in board.case(f"A-{n}").told} == {flood.key}
    board.hear(*(resolved(f"A-{n}", service=f"service-{n}") for n in range(500)))
    board.run(20)
    assert len(board.slack.told) == 1
    assert len(flood.thread) == 1
    assert "All over" in flood.thread[0]


def test_a_group_is_one_message_that_its_members_join() -> None:
    """With `group_by`, what comes later joins the message, and the thread says how many came."""
    board = Board(routed(group_by=["team"], group_interval="5m"))
    board.hear(one("A-1"))
    board.run()
    board.hear(one("A-2", service="x"), one("A-3", service="y"))
    board.run(400, step=5)

    (group,) = board.slack.told
    assert group.notice is not None
    assert len(group.notice.anomalies) == 3
    assert group.notice.labels == (("team", "search"),)
    assert len(group.thread) == 1
    assert "2 more" in group.thread[0]


def test_a_source_that_stops_is_told_once_and_no_team_hears_of_drops() -> None:
    """Freshness goes to the operator; falls of the source are quiet while it lasts."""
    board = Board(routed(operator_channel="#ops"))
    stale = inbox.SourceHeard(
        source="usage", stale=True, since=START - HOUR, usually_every=60, at=START
    )
    board.hear(stale)
    board.hear(*(one(f"A-{n}", direction="down", service=f"s{n}", impact=-60) for n in range(100)))
    board.run(60)
    assert [told.address for told in board.slack.told] == ["#ops"]
    assert board.slack.told[0].versions[0].startswith("Stopped: source usage")

    fresh = inbox.SourceHeard(
        source="usage", stale=False, since=START - HOUR, usually_every=60, at=START + 100
    )
    board.hear(fresh, *(resolved(f"A-{n}", direction="down", service=f"s{n}") for n in range(100)))
    board.run(60)
    (told,) = board.slack.told
    assert told.thread == [told.versions[-1]]
    assert told.versions[-1].startswith("Back: source usage")


@pytest.mark.parametrize("how", ["mute", "active"])
def test_mute_intervals_hold_back_until_they_end(how: str) -> None:
    """A route that is mute now tells when its interval is over."""
    hours = {"name": "hours", "timezone": "UTC", "times": ["08:00-18:00"]}
    route = {"name": "search", "match": {"team": "search"}, how: ["hours"]}
    board = Board(routed(routes=[route], intervals=[hours]), now=START - START % 86_400 + 12 * HOUR)
    board.hear(one())
    board.run()
    told_at_noon = len(board.slack.told)
    board.run(8 * HOUR, step=60)

    assert (told_at_noon, len(board.slack.told)) == ((0, 1) if how == "mute" else (1, 1))


def test_two_channels_are_told_apart() -> None:
    """With `continue` two routes tell the same anomaly, each in its channel."""
    routes = [
        {"name": "finops", "match": {}, "channel": "#finops", "continue": True},
        {"name": "search", "match": {"team": "search"}, "channel": "#search"},
    ]
    board = Board(routed(routes=routes), Channels())
    board.hear(one())
    board.run()
    board.hear(resolved())
    board.run()

    assert sorted(told.address for told in board.slack.told) == ["#finops", "#search"]
    assert all(len(told.versions) == 2 for told in board.slack.told)
