"""Slack."""

import asyncio
from typing import Any

import pytest
from alerting_examples import anomaly, notice
from fixtures_slack import SlackServer
from sink_peers import peer, resets, says, says_text

from alerting.anomaly import Anomaly
from alerting.sinks.base import Receipt
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.slack import SlackSink

BEFORE = Receipt("C0123456", "1.2")
TOLD = says({"ok": True, "channel": "C0123456", "ts": "3.4"})


def tell(
    sink: SlackSink, one: Anomaly, channel: str = "#search-alerts", before: Receipt | None = None
) -> Receipt:
    return asyncio.run(sink.deliver(notice(one), channel, before))


def refusal(code: str) -> Permanent:
    """What the sink makes of an error code."""

    async def run() -> None:
        async with peer(says({"ok": False, "error": code})) as server:
            one = anomaly()
            sink = SlackSink("xoxb-1", server.url)
            await sink.deliver(notice(one), "#search-alerts", None)

    with pytest.raises(Permanent) as caught:
        asyncio.run(run())
    return caught.value


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("channel_not_found", "channel #search-alerts does not exist or the bot is not in it"),
        ("not_in_channel", "invite it there with /invite"),
        ("is_archived", "channel #search-alerts is archived"),
        ("invalid_blocks", "invalid_blocks"),
    ],
)
def test_refusals_of_a_channel(code: str, said: str) -> None:
    """A channel that does not take a message is named with what to do; other channels may work."""
    error = refusal(code)

    assert said in str(error)
    assert not error.whole_sink


@pytest.mark.parametrize(
    "code", ["invalid_auth", "not_authed", "token_revoked", "token_expired", "missing_scope"]
)
def test_refusals_of_the_bot(code: str) -> None:
    """A wrong token is said to be wrong for every message."""
    assert refusal(code).whole_sink


def test_check_says_how_to_mend_a_token() -> None:
    """A wrong token is found before the first message, with the setting to change."""

    async def run() -> None:
        async with peer(says({"ok": False, "error": "invalid_auth"})) as server:
            await SlackSink("xoxb-1", server.url).check()

    with pytest.raises(Permanent, match=r"token is not valid: set SPENDWATCH_SLACK_TOKEN"):
        asyncio.run(run())


@pytest.mark.parametrize(
    "answer",
    [
        says_text("hello"),
        says_text("<html>hello</html>", content_type="text/html"),
        says(["ok"]),
        says({"ok": True}),
        says_text("{", content_type="application/json"),
    ],
)
def test_something_else_at_the_address(answer: Any) -> None:
    """A server that is not Slack is recognised, whatever it answers, and the setting is named."""

    async def run() -> None:
        async with peer(answer) as server:
            await SlackSink("xoxb-1", server.url).deliver(notice(anomaly()), "#c", None)

    with pytest.raises(Permanent, match="SPENDWATCH_SLACK_URL"):
        asyncio.run(run())


def test_one_request_a_delivery() -> None:
    """The sink itself never tries again, so that it cannot post twice."""

    async def run() -> list[str]:
        async with peer(TOLD) as server:
            sink = SlackSink("xoxb-1", server.url)
            await sink.deliver(notice(anomaly()), "#c", None)
            await sink.deliver(notice(anomaly()), "#c", BEFORE)
            return server.paths

    assert asyncio.run(run()) == ["/chat.postMessage", "/chat.update"]


def test_a_reset_is_left_to_the_caller() -> None:
    """A request that was cut may have posted: the sink does not repeat it behind the caller's back."""

    async def run() -> list[str]:
        async with peer(resets, TOLD) as server:
            with pytest.raises(Transient):
                await SlackSink("xoxb-1", server.url).deliver(notice(anomaly()), "#c", None)
            return server.paths

    assert asyncio.run(run()) == ["/chat.postMessage"]


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed", "cant_update_message"])
def test_a_message_that_is_gone_is_posted_anew(code: str) -> None:
    """What can no longer be edited is posted again, to the channel that the rules name now."""

    async def run() -> tuple[Receipt, list[Any]]:
        async with peer(says({"ok": False, "error": code}), TOLD) as server:
            sink = SlackSink("xoxb-1", server.url)
            receipt = await sink.deliver(notice(anomaly()), "#new", BEFORE)
            return receipt, server.bodies

    receipt, (edit, post) = asyncio.run(run())

    assert Receipt("C0123456", "3.4") == receipt
    assert (BEFORE.channel, BEFORE.ts, "new") == (edit["channel"], edit["ts"], post["channel"])


@pytest.mark.slack
def test_one_message_through_the_life_of_an_anomaly(slack_server: SlackServer) -> None:
    """An anomaly is posted once and edited until it is resolved."""
    slack_server.create_channel("search-alerts")
    sink = SlackSink(slack_server.token, slack_server.url)
    asyncio.run(sink.check())

    receipt = tell(sink, anomaly(service="<!channel> & *co*"))
    (message,) = slack_server.history("#search-alerts")
    assert (receipt.ts, receipt.channel) == (
        message["ts"],
        slack_server.channel_id("#search-alerts"),
    )
    assert message["text"].startswith("Opened ▲ rose +$480.00 a day")
    header, *others = message["blocks"]
    assert header["text"]["type"] == "plain_text"  # in which Slack reads no mentions
    assert "<!channel>" not in str(others)
    assert "<!channel>" not in message["text"]

    again = tell(sink, anomaly(state="resolved", revision=2), before=receipt)
    (message,) = slack_server.history("#search-alerts")
    assert receipt == again
    assert message["text"].startswith("Resolved ▲ rose +$60.00 in all")
    assert message["blocks"][0]["type"] == "header"


@pytest.mark.slack
def test_a_channel_that_is_missing(slack_server: SlackServer) -> None:
    """A channel that does not exist is a refusal that a person can mend."""
    sink = SlackSink(slack_server.token, slack_server.url)

    with pytest.raises(Permanent, match="invite it there"):
        tell(sink, anomaly(), "#no-such-channel")


@pytest.mark.slack
def test_a_channel_by_its_id(slack_server: SlackServer) -> None:
    """Rules may name a channel by its id."""
    channel = slack_server.create_channel("by-id")

    receipt = tell(SlackSink(slack_server.token, slack_server.url), anomaly(), channel)

    assert channel == receipt.channel
    assert len(slack_server.history("by-id")) == 1
