"""What holds for every sink: the same calls, the same two errors, no secret in either."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from alerting_examples import anomaly, notice
from ports import free_port
from sink_peers import Answer, hangs, peer, resets, says, says_text

from alerting.sinks import make_sinks
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.console import ConsoleSink
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.slack import SlackSink
from alerting.sinks.webhook import WebhookSink
from config.settings import Settings

SECRET = "xoxb-0123456789"  # noqa: S105 - no one's
TOLD = says({"ok": True, "channel": "C0123456", "ts": "1.2"})
MAKERS: dict[str, Callable[[str], Sink]] = {
    "slack": lambda url: SlackSink(SECRET, url, timeout=1),
    "webhook": lambda url: WebhookSink(f"{url}{SECRET}", timeout=0.5),
    "console": lambda _: ConsoleSink(io.StringIO()),
}
every_sink = pytest.mark.parametrize("name", MAKERS)
every_http_sink = pytest.mark.parametrize("name", ["slack", "webhook"])


def deliver(name: str, *answers: Answer, before: Receipt | None = None) -> Receipt:
    """Deliver the example anomaly by a new sink to a server with the given answers."""

    async def run() -> Receipt:
        async with peer(*answers) as server:
            return await deliver_to(name, server.url, before)

    return asyncio.run(run())


async def deliver_to(name: str, url: str, before: Receipt | None = None) -> Receipt:
    sink = MAKERS[name](url)
    one = anomaly()
    try:
        return await sink.deliver(notice(one), "#search-alerts", before)
    finally:
        await sink.close()


def test_the_kit_knows_every_sink() -> None:
    """A sink that is configured is found by its file, and these checks run on it."""
    everything = Settings.model_validate(
        {"slack_token": SECRET, "webhook_url": "https://example.com/hook"}
    )

    found = {sink.name for sink in (*make_sinks(everything), *make_sinks(Settings()))}

    assert set(MAKERS) == found


def test_only_what_is_configured() -> None:
    """A sink without its setting is left out, and the console speaks if there is no other."""
    assert [sink.name for sink in make_sinks(Settings())] == ["console"]
    webhook = Settings.model_validate({"webhook_url": "https://example.com/hook"})
    assert [sink.name for sink in make_sinks(webhook)] == ["webhook"]


@every_sink
def test_receipt_survives_being_kept(name: str) -> None:
    """A receipt is kept as msgpack, and edits after a restart are made with it."""
    receipt = deliver(name, TOLD)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(receipt), type=Receipt)

    assert receipt == kept
    assert isinstance(deliver(name, TOLD, before=kept), Receipt)


@every_sink
def test_can_be_checked_closed_and_used_again(name: str) -> None:
    """Closing twice is no error, a closed sink opens again, and nothing is left open."""

    async def run() -> None:
        async with peer(TOLD) as server:
            sink = MAKERS[name](server.url)
            await sink.check()
            await sink.close()
            await sink.close()
            await sink.deliver(notice(anomaly()), "#c", None)
            await sink.deliver(notice(None), "#c", None)
            await sink.close()

    asyncio.run(run())


@every_http_sink
@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (says({"ok": False, "error": "ratelimited"}, 429, Retry_After="7"), 7.0),
        (says({}, 429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (says({}, 429, Retry_After="1e9"), 3600.0),
        (says({}, 429, Retry_After="nan"), None),
        (says({}, 429), None),
        (says({"ok": False, "error": "internal_error"}, 500), None),
        (says_text("<html>Bad gateway</html>", 502, "text/html"), None),
        (says_text("down", 503), None),
        (says({}, 408), None),
        (resets, None),
        (hangs, None),
    ],
)
def test_what_passes_may_be_tried_again(
    name: str, answer: Answer, retry_after: float | None
) -> None:
    """Too many requests, server errors, resets and silence are transient, with the wait that was asked for."""
    with pytest.raises(Transient) as caught:
        deliver(name, answer)

    assert retry_after == caught.value.retry_after
    assert_clear(caught.value)


@every_http_sink
def test_nobody_there_may_be_tried_again(name: str) -> None:
    """A refused connection is transient: the other side may be starting."""
    with pytest.raises(Transient) as caught:
        asyncio.run(deliver_to(name, f"http://127.0.0.1:{free_port()}/"))

    assert_clear(caught.value)


@every_http_sink
@pytest.mark.parametrize(
    "answer",
    [
        says({"ok": False, "error": "some_new_error"}, 400),
        says_text("<html>Not found</html>", 404, "text/html"),
        says_text("Forbidden", 403),
    ],
)
def test_refusals_need_a_person(name: str, answer: Answer) -> None:
    """What would be refused again is permanent, and says in one line what to do."""
    with pytest.raises(Permanent) as caught:
        deliver(name, answer)

    assert_clear(caught.value)


def assert_clear(error: Exception) -> None:
    text = str(error)
    assert text
    assert "\n" not in text
    assert SECRET not in text
    chain: Any = error
    while chain is not None:
        assert SECRET not in str(chain)
        chain = chain.__cause__
