"""Slack's threads: replies, pictures, messages found again, and who is called."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from alerting_examples import anomaly, notice
from fixtures_slack import SlackServer
from sink_peers import Answer, peer, says, says_text

from alerting.render.message import Heading, Message, Note
from alerting.sinks.base import Receipt, Threads
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.slack import SlackSink
from alerting.sinks.slack_said import uncalled

PARENT = Receipt("C0123456", "1.2")
TOLD = says({"ok": True, "channel": "C0123456", "ts": "3.4"})
OVER = Message("It is over", (Heading("Over"),))
NOW = 1_700_000_000.0


def refuses(code: str) -> Answer:
    return says({"ok": False, "error": code})


def asked(do: Callable[[SlackSink], Awaitable[Any]], *answers: Answer) -> tuple[Any, list[Any]]:
    """What comes of a call, and the bodies of the requests that it took."""

    async def run() -> tuple[Any, list[Any]]:
        async with peer(*answers) as server:
            found = await do(SlackSink("xoxb-1", server.url, timeout=1))
            return found, server.bodies

    return asyncio.run(run())


def told(*answers: Answer, before: Receipt | None = None, **changes: Any) -> list[Any]:
    """The requests of a delivery."""
    one = notice(anomaly(), **changes)
    return asked(lambda sink: sink.deliver(one, "#search-alerts", before), *answers)[1]


def found(key: str, *pages: Any, address: str = "C0123456") -> tuple[Receipt | None, list[Any]]:
    """What is found in a channel of these pages of messages."""
    answers = [
        says(
            {
                "ok": True,
                "messages": page,
                "response_metadata": {"next_cursor": "" if page is pages[-1] else "more"},
            }
        )
        for page in pages
    ]
    receipt, bodies = asked(lambda sink: sink.find(key, address, NOW), *answers)
    return receipt, bodies


def test_the_sink_has_threads() -> None:
    """What asks whether a sink has threads finds that Slack's has."""
    assert isinstance(SlackSink("xoxb-1", "http://localhost/"), Threads)


@pytest.mark.parametrize("broadcast", [True, False])
def test_a_reply_is_in_the_thread(*, broadcast: bool) -> None:
    """A reply goes to the thread of the message, and to its channel if that is wanted."""
    receipt, (body,) = asked(lambda sink: sink.reply(OVER, PARENT, broadcast=broadcast), TOLD)

    assert Receipt("C0123456", "3.4") == receipt
    assert ("C0123456", "1.2", broadcast) == (
        body["channel"],
        body["thread_ts"],
        body["reply_broadcast"],
    )


def test_a_reply_that_calls() -> None:
    """Whom an escalation calls stands in the reply."""

    async def reply(sink: SlackSink) -> None:
        await sink.reply(OVER, PARENT, broadcast=True, mentions=("S0AB", "U0CD"))

    _, (body,) = asked(reply, TOLD)

    assert body["blocks"][1]["text"]["text"] == "<!subteam^S0AB> <@U0CD>"
    assert body["text"].startswith("<!subteam^S0AB> <@U0CD> ")


@pytest.mark.parametrize("code", ["thread_not_found", "cannot_reply_to_message"])
def test_a_thread_that_is_gone(code: str) -> None:
    """What cannot be said in a thread is said in its channel."""
    receipt, (inside, outside) = asked(
        lambda sink: sink.reply(OVER, PARENT, broadcast=False), refuses(code), TOLD
    )

    assert Receipt("C0123456", "3.4") == receipt
    assert "thread_ts" in inside
    assert "thread_ts" not in outside


def test_the_first_message_calls_and_its_edits_do_not() -> None:
    """Ids become mentions that Slack tells; what is no id calls nobody."""
    ids = ("S0AB", "U0CD", "!channel", "S0AB> <!here", "u0ef", "")
    (post,) = told(TOLD, mentions=ids)
    (edit,) = told(TOLD, mentions=ids, before=PARENT)

    assert post["blocks"][1]["text"] == {"type": "mrkdwn", "text": "<!subteam^S0AB> <@U0CD>"}
    assert "<@U0CD>" not in str(edit)


def test_nobody_is_called_twice() -> None:
    """Whom the message calls itself is not called once more beside it."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "for <@U0CD>"}}

    assert uncalled(["S0AB", "U0CD", "nobody"], [section]) == ["S0AB"]


def test_a_call_keeps_a_long_message_within_the_limit() -> None:
    """A message of as many blocks as Slack takes still says whom it calls, and that parts are left out."""
    long = Message("long", tuple(Note((str(at),)) for at in range(80)))
    (post,) = told(TOLD, message=long, mentions=("S0AB",))

    assert len(post["blocks"]) == 50
    assert "do not fit" in str(post["blocks"][-1])


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_blocks_format", "msg_too_long"])
@pytest.mark.parametrize("before", [None, PARENT])
def test_blocks_that_slack_refuses(code: str, before: Receipt | None) -> None:
    """A message whose look Slack refuses is told as text, once more."""
    refused, as_text = told(refuses(code), TOLD, before=before)

    assert refused["blocks"]
    assert not as_text.get("blocks")
    assert refused["text"] == as_text["text"]
    assert refused["metadata"] == as_text["metadata"]


def test_text_that_slack_refuses_too() -> None:
    """What is refused even as text is a refusal, and not tried for ever."""
    with pytest.raises(Permanent, match="invalid_blocks"):
        told(refuses("invalid_blocks"))


def test_a_message_carries_its_key() -> None:
    """The first block and the metadata of a message say of which notice it is, posted or edited."""
    for body in (*told(TOLD), *told(TOLD, before=PARENT)):
        assert body["blocks"][0]["block_id"] == "spendwatch:A-EXAMPLE234"
        assert body["metadata"]["event_payload"] == {"key": "A-EXAMPLE234"}


@pytest.mark.parametrize(
    "mark",
    [
        {"blocks": [{"type": "header", "block_id": "spendwatch:A-1"}]},
        {"metadata": {"event_type": "spendwatch_notice", "event_payload": {"key": "A-1"}}},
    ],
)
def test_a_message_is_found_by_its_mark(mark: dict[str, Any]) -> None:
    """The newest message with the key in its first block or its metadata is found, on whatever page."""
    ts = ["1700000003.000100", "1700000002.000100", "1700000001.000100"]
    others: list[dict[str, Any]] = [
        {"ts": "1700000009.0", "blocks": [{"block_id": "spendwatch:A-12"}], "metadata": None},
        {"ts": "1700000009.0", "blocks": [], "metadata": {"event_payload": "A-1"}},
        {"ts": "1700000009.0", "blocks": None},
    ]
    receipt, bodies = found("A-1", others, [{"ts": one, **mark} for one in ts])

    assert Receipt("C0123456", ts[0]) == receipt
    assert len(bodies) == 2
    assert b"cursor=more" in bodies[1]


def test_nothing_is_found() -> None:
    """A channel without the message holds none; what was posted long before does not count."""
    old = {"ts": "1600000000.0", "metadata": {"event_payload": {"key": "A-1"}}}

    assert found("A-1", [old])[0] is None
    assert found("A-1", [])[0] is None


def test_names_of_channels_are_asked_for_once() -> None:
    """A channel's name is looked up over all pages, and kept."""

    async def run() -> tuple[list[Receipt | None], list[str]]:
        def channels(cursor: str, **ids: str) -> Answer:
            named = [{"name": name, "id": one} for name, one in ids.items()]
            return says(
                {"ok": True, "channels": named, "response_metadata": {"next_cursor": cursor}}
            )

        message = {"ts": "1700000001.0", "metadata": {"event_payload": {"key": "A-1"}}}
        history = says({"ok": True, "messages": [message]})
        answers = (channels("more", a="C0A"), channels("", b="C0B"), history)
        async with peer(*answers) as server:
            sink = SlackSink("xoxb-1", server.url)
            receipts = [await sink.find("A-1", name, NOW) for name in ("#b", "b", "#a")]
            return receipts, server.paths

    receipts, paths = asyncio.run(run())

    assert [one.channel for one in receipts if one is not None] == ["C0B", "C0B", "C0A"]
    assert paths == ["/conversations.list"] * 2 + ["/conversations.history"] * 3


def test_a_channel_that_is_not_there_holds_nothing() -> None:
    """A name that no channel has finds nothing."""
    none = says({"ok": True, "channels": []})

    assert asked(lambda sink: sink.find("A-1", "#none", NOW), none)[0] is None


def test_private_channels_need_a_permission() -> None:
    """Without it public channels are found all the same, and of others the missing scope is named."""
    public = says({"ok": True, "channels": [{"name": "a", "id": "C0A"}]})
    nothing = says({"ok": True, "messages": []})
    lacking = refuses("missing_scope")

    assert asked(lambda sink: sink.find("A-1", "#a", NOW), lacking, public, nothing)[0] is None
    with pytest.raises(Permanent, match="groups:read"):
        asked(lambda sink: sink.find("A-1", "#secret", NOW), lacking, public)
    with pytest.raises(Permanent, match="channels:read"):
        asked(lambda sink: sink.find("A-1", "#a", NOW), lacking)


@pytest.mark.parametrize(
    ("do", "scope"),
    [
        (lambda sink: sink.attach(b"png", "t", "a", PARENT), "files:write"),
        (lambda sink: sink.find("A-1", "C0123456", NOW), "channels:history"),
        (lambda sink: sink.reply(OVER, PARENT, broadcast=False), "chat:write"),
    ],
)
def test_a_missing_permission_is_named(
    do: Callable[[SlackSink], Awaitable[Any]], scope: str
) -> None:
    """The scope to add is named; only without the one to write is the whole sink of no use."""
    with pytest.raises(Permanent, match=scope) as caught:
        asked(do, refuses("missing_scope"))

    assert (scope == "chat:write") == caught.value.whole_sink


def test_a_picture_that_the_store_does_not_take() -> None:
    """Files go to a store of their own; what it refuses may be tried again."""

    async def run() -> None:
        async with peer(says_text("busy", 503)) as store:
            ticket = says({"ok": True, "upload_url": store.url, "file_id": "F1"})
            async with peer(ticket) as server:
                await SlackSink("xoxb-1", server.url).attach(b"png", "t", "a", PARENT)

    with pytest.raises(Transient, match="picture"):
        asyncio.run(run())


@pytest.mark.slack
def test_a_thread_with_a_chart(slack_server: SlackServer) -> None:
    """Replies and pictures are in the thread of the message, which is found again by its key."""
    slack_server.create_channel("with-threads")
    sink = SlackSink(slack_server.token, slack_server.url)
    since = time.time()

    async def run() -> tuple[Receipt, Receipt | None, Receipt | None]:
        parent = await sink.deliver(notice(anomaly()), "#with-threads", None)
        await sink.reply(OVER, parent, broadcast=False)
        await sink.attach(b"\x89PNG", "Spend of search", "A line that rises", parent)
        found = await sink.find("A-EXAMPLE234", "#with-threads", since)
        return parent, found, await sink.find("A-OTHER", "#with-threads", since)

    parent, again, other = asyncio.run(run())
    replies = slack_server.call("conversations.replies", channel=parent.channel, ts=parent.ts)

    assert parent == again
    assert other is None
    _, over, picture = replies["messages"]
    assert over["text"] == "It is over"
    assert picture["files"][0]["title"] == "Spend of search"
