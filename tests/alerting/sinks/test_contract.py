"""What holds for every sink: the same calls, the same two errors, no secret in either.

A new sink needs an entry in ``MEDIA`` and a setting in ``EVERYTHING``; all of this then runs on it.
"""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import msgspec
import pytest
from alerting_examples import anomaly, notice
from kafka_events import created_topic, read_events
from mail_peers import mail_peer
from ports import free_port
from sink_peers import Answer, hangs, peer, resets, says, says_text
from tcp_peers import tcp_peer

from alerting.notices.notice import Notice
from alerting.render.message import (
    Facts,
    Fixed,
    Heading,
    Listing,
    Message,
    Note,
    Paragraph,
)
from alerting.sinks import make_sinks
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.console import ConsoleSink
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.events import EventsSink
from alerting.sinks.mail import MailSink
from alerting.sinks.slack import SlackSink
from alerting.sinks.teams import TeamsSink
from alerting.sinks.webhook import WebhookSink
from config.mail_server import MailServer
from config.settings import Settings

SECRET = "xoxb-0123456789"  # noqa: S105 - no one's
EVERYTHING = {
    "slack_token": SECRET,
    "webhook_url": "https://example.com/hook",
    "teams_url": "https://example.com/workflow",
    "mail_from": "spendwatch@example.com",
    "smtp_url": f"smtp://user:{SECRET}@mail.example.com",
    "events_topic": "anomalies.out",
}
TOLD = says({"ok": True, "channel": "C0123456", "ts": "1.2"})
HOSTILE = "<!channel> *b* _i_ `c` [x](http://evil.test) {{DATE(2017-02-14T06:00:00Z)}} <b>&amp;\r\nBcc: x@evil.test"
TOPIC = "anomalies.out"

Received = list[Any]  # what the other side got, in its own form
Server = AbstractAsyncContextManager[tuple[int, Received]]  # its port


@asynccontextmanager
async def http_server(*answers: Answer) -> AsyncIterator[tuple[int, Received]]:
    async with peer(*(answers or (TOLD,))) as server:
        yield int(server.url.rsplit(":", 1)[1].strip("/")), server.bodies


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[int, Received]]:
    async with mail_peer(
        users={"user": SECRET}, refused={"gone@example.com": ["550 no"]}
    ) as server:
        yield server.port, server.mails


class Screen:
    """What a console showed, delivery by delivery."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[tuple[int, Received]]:
        received: Received = []
        self.stream = io.StringIO()
        yield 0, received
        received.append(self.stream.getvalue())


SCREEN = Screen()


def mail_sink(port: int) -> MailSink:
    server = MailServer("127.0.0.1", port, "none", "user", SECRET)
    return MailSink(server, "spendwatch@example.com", timeout=0.5)


def is_plain_card(card: dict[str, Any]) -> bool:
    """Whether all of it is text in which Teams reads nothing."""
    runs = [run for block in card["body"] for run in block["inlines"]]
    return {block["type"] for block in card["body"]} == {"RichTextBlock"} and not any(
        "{{" in run["text"] or "selectAction" in run for run in runs
    )


def is_plain_mail(mail: EmailMessage) -> bool:
    """Whether no name became a header or a tag."""
    html = mail.get_body(("html",))
    assert html is not None
    page = html.get_content()
    return "bcc" not in map(str.lower, mail.keys()) and not re.search("<b>|<a |<!channel", page)


@dataclass(frozen=True, slots=True)
class Medium:
    """A sink under test, and the other side of it."""

    make: Callable[[int], Sink]
    server: Callable[[], Server]
    address: str
    nowhere: str | None = None  # an address that the other side, or the settings, do not know
    answers_nowhere: Answer = TOLD
    tells_digests: bool = True
    # whether names in what it received do nothing there: no format, no mention, no header
    is_harmless: Callable[[Any], bool] = field(default=lambda _: True)
    # what a message is about, as the other side tells a later one of it from another
    identity: Callable[[Any], Any] = field(default=lambda _: None)


MEDIA = {
    "slack": Medium(
        make=lambda port: SlackSink(SECRET, f"http://127.0.0.1:{port}/", timeout=1),
        server=http_server,
        address="#search-alerts",
        nowhere="#nowhere",
        answers_nowhere=says({"ok": False, "error": "channel_not_found"}),
        # in the header, which is plain text, Slack reads no mentions
        is_harmless=lambda body: "<!" not in json.dumps([body["text"], *body["blocks"][1:]]),
    ),
    "webhook": Medium(
        make=lambda port: WebhookSink({"hook": f"http://127.0.0.1:{port}/{SECRET}"}, timeout=0.5),
        server=http_server,
        address="hook",
        nowhere="other",
        tells_digests=False,
        is_harmless=lambda body: body["commonLabels"]["team"] == HOSTILE,  # programs read it
        identity=lambda body: [alert["fingerprint"] for alert in body["alerts"]],
    ),
    "teams": Medium(
        make=lambda port: TeamsSink({"search": f"http://127.0.0.1:{port}/{SECRET}"}, timeout=0.5),
        server=http_server,
        address="search",
        nowhere="default",
        is_harmless=lambda body: is_plain_card(body["attachments"][0]["content"]),
        identity=lambda body: body["attachments"][0]["content"]["fallbackText"],
    ),
    "email": Medium(
        make=mail_sink,
        server=mail_server,
        address="ann@example.com, bob@example.com",
        nowhere="gone@example.com",
        is_harmless=is_plain_mail,
        identity=lambda mail: mail["Message-ID"],
    ),
    "console": Medium(
        make=lambda _: ConsoleSink(SCREEN.stream), server=SCREEN, address="#search-alerts"
    ),
    "events": Medium(
        make=lambda port: EventsSink((f"127.0.0.1:{port}",), TOPIC, timeout=0.5),
        server=http_server,  # where there is a Kafka it takes the place of this
        address="",
        nowhere="other",
        tells_digests=False,
        is_harmless=lambda event: msgspec.json.decode(event.value)["team"] == HOSTILE,
        identity=lambda event: event.key,
    ),
}
HTTP = ["slack", "webhook", "teams"]
NETWORK = [*HTTP, "email", "events"]
every_medium = pytest.mark.parametrize(
    "medium",
    [pytest.param(name, marks=[pytest.mark.kafka] if name == "events" else []) for name in MEDIA],
    indirect=True,
)
every_network_sink = pytest.mark.parametrize("name", NETWORK)
every_http_sink = pytest.mark.parametrize("name", HTTP)


@pytest.fixture
def medium(request: pytest.FixtureRequest) -> Medium:
    """A medium by its name, with a server that takes everything."""
    found = MEDIA[request.param]
    if request.param != "events":
        return found
    brokers = request.getfixturevalue("kafka").brokers
    topic = request.getfixturevalue("topic_prefix") + TOPIC

    @asynccontextmanager
    async def kafka_server() -> AsyncIterator[tuple[int, Received]]:
        await created_topic(brokers, topic)
        received: Received = []
        yield 0, received
        received.extend(await read_events(brokers, topic))

    return replaced(found, make=lambda _: EventsSink((brokers,), topic), server=kafka_server)


def replaced(medium: Medium, **changes: Any) -> Medium:
    return Medium(**{**{name: getattr(medium, name) for name in Medium.__slots__}, **changes})


def delivered(medium: Medium, *notices: Notice) -> tuple[list[Receipt], Received]:
    """Deliver by one sink, each notice after the one before; also what the other side got."""

    async def run() -> tuple[list[Receipt], Received]:
        async with medium.server() as (port, received):
            sink = medium.make(port)
            receipts: list[Receipt] = []
            for one in notices:
                before = receipts[-1] if receipts else None
                receipts.append(await sink.deliver(one, medium.address, before))
            await sink.close()
        return receipts, received

    return asyncio.run(run())


def group(count: int, name: str = "OpenAI") -> Notice:
    """A notice of many anomalies, the largest first."""
    all_of_them = tuple(
        anomaly(anomaly_id=f"A-{number:010}", service=name) for number in range(count)
    )
    message = Message(
        f"Opened ▲ {count} anomalies",
        (
            Heading(f"Opened ▲ {count} anomalies"),
            Listing("Largest", tuple(name for _ in all_of_them)),
        ),
    )
    return notice(all_of_them[0], key="G-1", message=message, anomalies=all_of_them)


def life() -> Sequence[Notice]:
    """An anomaly that opens and is over."""
    over = anomaly(state="resolved", revision=2)
    return notice(anomaly()), notice(over, reason="resolved")


def test_the_kit_knows_every_sink() -> None:
    """A sink that is configured is found by its file, and these checks run on it."""
    everything = Settings.model_validate(EVERYTHING)

    found = {sink.name for sink in (*make_sinks(everything), *make_sinks(Settings()))}

    assert set(MEDIA) == found


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([], ["console"]),
        (["webhook_url"], ["webhook"]),
        (["teams_url"], ["teams"]),
        (["events_topic"], ["events"]),
        (["smtp_url", "mail_from"], ["email"]),
        (["mail_from"], ["console"]),
    ],
)
def test_only_what_is_configured(given: list[str], names: list[str]) -> None:
    """A sink without its setting is left out, and the console speaks if there is no other."""
    settings = Settings.model_validate({name: EVERYTHING[name] for name in given})

    assert names == [sink.name for sink in make_sinks(settings)]


@pytest.mark.parametrize("one", ["webhook_urls", "teams_urls"])
def test_receivers_by_name_are_enough(one: str) -> None:
    """A sink needs no receiver that is called default."""
    settings = Settings.model_validate({one: {"search": "https://example.com/1"}})

    assert [one.removesuffix("_urls")] == [sink.name for sink in make_sinks(settings)]


@every_medium
def test_receipt_survives_being_kept(medium: Medium) -> None:
    """A receipt is kept as msgpack, and edits after a restart are made with it."""
    first, later = delivered(medium, *life())[0]
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(first), type=Receipt)

    assert first == kept
    assert isinstance(later, Receipt)


@every_medium
def test_can_be_checked_closed_and_used_again(medium: Medium) -> None:
    """Closing twice is no error, a closed sink opens again, and nothing is left open."""

    async def run() -> None:
        async with medium.server() as (port, _):
            sink = medium.make(port)
            await sink.close()
            await sink.check()
            await sink.close()
            await sink.close()
            await sink.deliver(notice(anomaly()), medium.address, None)
            await sink.deliver(notice(None), medium.address, None)
            await sink.close()

    asyncio.run(run())


@every_medium
@pytest.mark.parametrize("count", [1, 2, 500])
def test_takes_groups_of_any_size(medium: Medium, count: int) -> None:
    """One anomaly or hundreds, with a name of the greatest length each: the other side takes them."""
    receipts, received = delivered(medium, group(count, "é" * 1000))

    assert len(receipts) == 1
    assert received


@every_medium
def test_digests(medium: Medium) -> None:
    """A message that tells of no anomaly is told once, or by a sink for programs not at all."""
    _, received = delivered(medium, notice(None))

    assert medium.tells_digests == bool([one for one in received if one])


@every_medium
@pytest.mark.parametrize("is_raw", [False, True])
def test_names_do_nothing(medium: Medium, *, is_raw: bool) -> None:
    """Names full of markup are no reason to refuse a message, and add no format, header, mention or link."""
    one = anomaly(service=HOSTILE, team=HOSTILE, environment=HOSTILE)
    parts = (
        Heading(HOSTILE),
        Paragraph(HOSTILE, HOSTILE),
        Facts(((HOSTILE, HOSTILE),)),
        Listing(HOSTILE, (HOSTILE,)),
        Fixed(HOSTILE, (HOSTILE,)),
        Note((HOSTILE,)),
    )
    raw = {"message": Message(HOSTILE, parts)} if is_raw else {}

    (received,) = delivered(medium, notice(one, **raw))[1]

    assert medium.is_harmless(received)


@every_medium
def test_edits_what_it_says_it_edits(medium: Medium) -> None:
    """A later notice is about the same message, or where there is no editing it is a message of its own."""
    sink_edits = medium.make(1).edits

    _, received = delivered(medium, *life())

    told = [medium.identity(one) for one in received]
    assert (len(set(map(str, told))) == 1) == sink_edits


@pytest.mark.parametrize("name", [name for name in MEDIA if MEDIA[name].nowhere is not None])
def test_an_address_that_is_not_known(name: str) -> None:
    """What cannot be told in one place may be told in others, and the line says what to mend."""
    medium = MEDIA[name]
    address = medium.nowhere or ""

    async def run() -> None:
        server = medium.server() if name == "email" else http_server(medium.answers_nowhere)
        async with server as (port, _):
            sink = medium.make(port)
            try:
                await sink.deliver(notice(anomaly()), address, None)
            finally:
                await sink.close()

    with pytest.raises(Permanent, match=f"{address}.*(rules|SPENDWATCH)") as caught:
        asyncio.run(run())

    assert caught.value.of_channel
    assert not caught.value.whole_sink
    assert_clear(caught.value)


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
        told(name, answer)

    assert retry_after == caught.value.retry_after
    assert_clear(caught.value)


@every_network_sink
@pytest.mark.parametrize("does", ["cuts", "hangs"])
def test_a_broken_connection_may_be_tried_again(name: str, does: Any) -> None:
    """A server that takes connections and cuts them, or says nothing, is transient; so is a check of it."""

    async def run(call: Callable[[Sink], Any]) -> int:
        async with tcp_peer(does) as server:
            sink = MEDIA[name].make(server.port)
            try:
                await call(sink)
            finally:
                await sink.close()
        return server.connections

    with pytest.raises(Transient) as caught:
        asyncio.run(run(lambda sink: sink.deliver(notice(anomaly()), MEDIA[name].address, None)))

    assert_clear(caught.value)
    if name in {"email", "events"}:
        with pytest.raises(Transient):
            asyncio.run(run(lambda sink: sink.check()))


@every_network_sink
def test_nobody_there_may_be_tried_again(name: str) -> None:
    """A refused connection is transient: the other side may be starting."""
    with pytest.raises(Transient) as caught:
        asyncio.run(tell(name, free_port()))

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
        told(name, answer)

    assert_clear(caught.value)


@every_http_sink
def test_one_request_a_delivery(name: str) -> None:
    """The sink itself never tries again, so that it cannot post twice."""

    async def run() -> list[str]:
        async with peer(resets, TOLD) as server:
            with pytest.raises(Transient):
                await tell(name, int(server.url.rsplit(":", 1)[1].strip("/")))
            return server.paths

    assert len(asyncio.run(run())) == 1


@pytest.mark.parametrize("name", MEDIA)
def test_shows_no_secret(name: str) -> None:
    """What prints a sink prints no secret."""
    assert SECRET not in repr(MEDIA[name].make(1))


def told(name: str, *answers: Answer) -> None:
    """Deliver the example anomaly to an HTTP server with the given answers."""

    async def run() -> None:
        async with http_server(*answers) as (port, _):
            await tell(name, port)

    asyncio.run(run())


async def tell(name: str, port: int) -> None:
    sink = MEDIA[name].make(port)
    try:
        await sink.deliver(notice(anomaly()), MEDIA[name].address, None)
    finally:
        await sink.close()


def assert_clear(error: Exception) -> None:
    text = str(error)
    assert text
    assert "\n" not in text
    assert SECRET not in text
    chain: Any = error
    while chain is not None:
        assert SECRET not in str(chain)
        chain = chain.__cause__ or chain.__context__
