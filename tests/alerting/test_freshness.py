"""A source that stopped, as an anomaly and as a message."""

import msgspec
import pytest

from alerting.anomaly import Anomaly
from alerting.freshness import CHANNEL, anomaly_of
from alerting.inbox import SourceHeard
from alerting.render.anomaly import render_anomaly
from alerting.render.blocks import slack_blocks
from alerting.render.message import Listing, Message

NOON = 1_772_452_800  # 2 March 2026, 12:00 UTC


def heard(*, stale: bool, minutes: int = 35, source: str = "usage", every: int = 60) -> SourceHeard:
    return SourceHeard(
        source=source, stale=stale, since=NOON, usually_every=every, at=NOON + minutes * 60
    )


def test_a_stop_and_its_end_are_one_anomaly() -> None:
    """Both have the id that source and moment give, and the end comes after the beginning."""
    stopped, back = anomaly_of(heard(stale=True)), anomaly_of(heard(stale=False, minutes=50))

    assert stopped.anomaly_id == back.anomaly_id
    assert stopped.revision < back.revision
    assert (stopped.state, back.state) == ("open", "resolved")
    assert stopped.ended_at is None
    assert back.ended_at == back.updated_at
    other = anomaly_of(heard(stale=True, source="billing"))
    assert other.anomaly_id != stopped.anomaly_id


def test_nothing_is_at_stake_but_the_sight() -> None:
    """No money, the operator's team, and labels that a route can match."""
    one = anomaly_of(heard(stale=True), "platform")

    assert (one.team, one.service, one.channel) == ("platform", "source usage", CHANNEL)
    assert one.impact == one.impact_per_day == one.actual == 0
    assert anomaly_of(heard(stale=True)).team == "spendwatch"
    assert msgspec.json.decode(msgspec.json.encode(one), type=Anomaly) == one


@pytest.mark.parametrize(("minutes", "severity"), [(35, "medium"), (59, "medium"), (60, "high")])
def test_an_hour_is_no_hiccup(minutes: int, severity: str) -> None:
    """What has been silent for an hour is grave."""
    assert anomaly_of(heard(stale=True, minutes=minutes)).severity == severity


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            heard(stale=True),
            "Stopped: source usage · nothing came since 2026-03-02 12:00 UTC (35 min; usually every 1 min)",
        ),
        (
            heard(stale=True, minutes=3 * 24 * 60 + 250, every=86_400, source="billing"),
            "Stopped: source billing · nothing came since 2026-03-02 12:00 UTC (3 days 4 h; usually every 1 day)",
        ),
        (
            heard(stale=False, minutes=125, every=40),
            "Back: source usage · messages come again, after 2 h 5 min (usually every 40 s)",
        ),
    ],
)
def test_the_message_says_since_when_and_what_is_usual(said: SourceHeard, text: str) -> None:
    """One line, without amounts of money that nobody knows."""
    message = render_anomaly(anomaly_of(said))

    assert message.text == text
    assert "XXX" not in str(msgspec.to_builtins(message))
    slack_blocks(message)
    assert (_listings(message) != []) is said.stale


def _listings(message: Message) -> list[Listing]:
    return [part for part in message.parts if isinstance(part, Listing)]
