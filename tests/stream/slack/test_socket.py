"""Socket Mode: a connection that is kept, whatever Slack and the network do to it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_peer import SlackPeer, press, slack_peer

from stream.slack.socket import Socket

OPENED = {"ok": True}


@asynccontextmanager
async def listening(
    *answers: dict[str, Any], first_wait: float = 0.01, greets: bool = True
) -> AsyncIterator[tuple[SlackPeer, list[Any]]]:
    """A socket that listens, and what it is given."""
    given: list[Any] = []

    async def handle(payload: object) -> None:
        await asyncio.sleep(0)
        given.append(payload)

    async with slack_peer(apps_connections_open=[*answers, OPENED]) as slack:
        slack.greets = greets
        task = asyncio.ensure_future(Socket("xapp-1", f"{slack.url}api/", handle, first_wait).run())
        try:
            yield slack, given
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def story(
    happens: Callable[[SlackPeer, list[Any]], Awaitable[None]], *answers: Any, **changes: Any
) -> SlackPeer:
    async def run() -> SlackPeer:
        async with listening(*answers, **changes) as (slack, given):
            await happens(slack, given)
            return slack

    return asyncio.run(run())


async def connected(slack: SlackPeer, times: int) -> None:
    await slack.until(lambda: len(slack.sockets) >= times)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_slack_announces_an_end(reason: str) -> None:
    """The next connection is opened while the one before still answers."""

    async def slack_announces(slack: SlackPeer, given: list[Any]) -> None:
        await connected(slack, 1)
        await slack.disconnect(reason)
        await connected(slack, 2)
        old, new = slack.sockets
        slack.sockets.reverse()
        await slack.acknowledged({"from": "old"})
        slack.sockets.reverse()
        await old.close()
        await slack.acknowledged({"from": "new"})
        assert not new.closed
        assert given == [{"from": "old"}, {"from": "new"}]

    story(slack_announces)


def test_the_connection_is_cut() -> None:
    """After a cut another connection is opened."""

    async def network_cuts(slack: SlackPeer, given: list[Any]) -> None:
        await connected(slack, 1)
        transport = slack.sockets[0]._req.transport  # type: ignore[union-attr]  # it is prepared
        assert transport is not None
        transport.abort()
        await connected(slack, 2)
        await slack.acknowledged(press("acknowledge"))
        assert len(given) == 1

    story(network_cuts)


def test_a_token_that_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """A wrong token is said once, with the setting to change, however often it is tried; then it goes on."""

    async def somebody_mends_it(slack: SlackPeer, _: list[Any]) -> None:
        await connected(slack, 1)

    refused = {"ok": False, "error": "invalid_auth"}
    slack = story(somebody_mends_it, refused, refused, refused, first_wait=0.001)

    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(slack.called("apps.connections.open")) == 4
    assert len(said) == 1
    assert "the token is not valid: set SPENDWATCH_SLACK_APP_TOKEN" in said[0]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("missing_scope", "connections:write"),
        ("not_allowed_token_type", "SPENDWATCH_SLACK_APP_TOKEN"),
        ("account_inactive", "SPENDWATCH_SLACK_APP_TOKEN"),
        ("internal_error", "internal_error"),
        ("some_new_error", "apps.connections.open"),
    ],
)
def test_what_slack_refuses(code: str, remedy: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each refusal says what to mend, and is tried again."""

    async def slack_takes_it_back(slack: SlackPeer, _: list[Any]) -> None:
        await connected(slack, 1)

    story(slack_takes_it_back, {"ok": False, "error": code}, first_wait=0.001)

    assert remedy in caplog.text


def test_socket_mode_is_turned_off(caplog: pytest.LogCaptureFixture) -> None:
    """Who turns Socket Mode off is told so in the log; turned on again, it goes on."""

    async def somebody_turns_it_off(slack: SlackPeer, _: list[Any]) -> None:
        await connected(slack, 1)
        await slack.disconnect("link_disabled")
        await connected(slack, 2)

    story(somebody_turns_it_off, first_wait=0.001)

    assert "Socket Mode was turned off" in caplog.text


def test_no_address_is_used_twice(caplog: pytest.LogCaptureFixture) -> None:
    """An address opens one connection; one that does not open is not tried again, and is in no log."""

    async def slack_forgets_its_tickets(slack: SlackPeer, _: list[Any]) -> None:
        await connected(slack, 1)

    async def run() -> SlackPeer:
        async with listening(first_wait=0.001) as (slack, given):
            forget = asyncio.ensure_future(forgets(slack))
            await slack_forgets_its_tickets(slack, given)
            await forget
            return slack

    async def forgets(slack: SlackPeer) -> None:
        await slack.until(lambda: slack.tickets)
        slack.tickets.clear()

    for name in ("stream", "alerting", "slack_sdk"):
        caplog.set_level(logging.DEBUG, name)
    slack = asyncio.run(run())

    assert len(slack.called("apps.connections.open")) == 2
    assert "does not open" in caplog.text
    assert "link/ticket" not in caplog.text


def test_a_connection_without_a_hello(caplog: pytest.LogCaptureFixture) -> None:
    """A server that ends each connection at once is not asked in a tight loop."""

    async def slack_hangs_up(slack: SlackPeer, _: list[Any]) -> None:
        for times in range(1, 5):
            await connected(slack, times)
            await slack.sockets[-1].close()

    slack = story(slack_hangs_up, greets=False, first_wait=0.02)

    assert len(slack.sockets) <= 5
    assert "at once" in caplog.text


def test_an_envelope_that_fails_is_acknowledged(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours is in the log; Slack need not send the envelope again and again."""

    async def run() -> dict[str, Any]:
        async def handle(_: object) -> None:
            raise RuntimeError("a fault")

        async with slack_peer() as slack:
            task = asyncio.ensure_future(Socket("xapp-1", f"{slack.url}api/", handle).run())
            await connected(slack, 1)
            ack = await slack.acknowledged(press("acknowledge"))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return ack

    assert set(asyncio.run(run())) == {"envelope_id"}
    assert "a fault" in caplog.text


def test_text_that_is_no_envelope(caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be read is passed over; the connection goes on."""

    async def slack_errs(slack: SlackPeer, given: list[Any]) -> None:
        await connected(slack, 1)
        for text in ("", "hello", "[]", '{"type": 3}', '{"type": "other"}'):
            await slack.sockets[-1].send_str(text)
        await slack.sockets[-1].send_bytes(b"\x00")
        await slack.acknowledged({"a": 1})
        assert given == [{"a": 1}]

    story(slack_errs)

    assert "cannot be read" in caplog.text
