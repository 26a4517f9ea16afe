"""The way in by HTTP: signed by Slack, or nothing."""

import asyncio
import hashlib
import hmac
import io
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from ports import free_port
from slack_peer import hand_in, press, slack_peer

from config.loader import load_rules
from config.settings import Settings
from stream.errors import RefusedError
from stream.slack.modals import view_of
from stream.slack.presses import Press, read
from stream.slack.service import Interactivity, has_buttons
from stream.slack.web import PATH, make_app
from tests.stream.slack.workings import Kafka, may_act, parse

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
BODY = urlencode({"payload": json.dumps(press("acknowledge"))}).encode()


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers with which Slack signs a body."""
    stamp = str(int(time.time() if at is None else at))
    text = b"v0:" + stamp.encode() + b":" + body
    signature = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }


def answered(
    body: bytes, headers: dict[str, str], says: dict[str, Any] | None = None
) -> tuple[int, str, list[Any]]:
    """Status and text of the answer, and what was taken."""
    taken: list[Any] = []

    async def handle(payload: object) -> dict[str, Any] | None:
        await asyncio.sleep(0)
        taken.append(payload)
        return says

    async def run() -> tuple[int, str]:
        async with TestClient(TestServer(make_app(SECRET, handle))) as client:
            answer = await client.post(PATH, data=io.BytesIO(body), headers=headers)
            return answer.status, await answer.text()

    return (*asyncio.run(run()), taken)


def test_a_signed_press() -> None:
    """What Slack signed is taken, and answered with nothing."""
    status, text, (payload,) = answered(BODY, signed(BODY))

    assert (status, text) == (200, "")
    assert isinstance(read(payload), Press)


def test_an_answer_to_a_form() -> None:
    """What is wrong with a form is the answer."""
    errors = {"response_action": "errors", "errors": {"comment": "Say why"}}
    status, text, _ = answered(BODY, signed(BODY), errors)

    assert (status, json.loads(text)) == (200, errors)


def test_slacks_own_example() -> None:
    """The example of Slack's documentation has the signature that is told there."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert signed(body, at=1531420618)["X-Slack-Signature"] == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="another"),  # noqa: S106 - no one's
        signed(BODY + b"x"),
        signed(BODY, at=time.time() - 301),
        signed(BODY, at=time.time() + 900),
        {**signed(BODY), "X-Slack-Request-Timestamp": "soon"},
        {**signed(BODY), "X-Slack-Signature": "v0=é"},
        {**signed(BODY), "X-Slack-Signature": ""},
    ],
)
def test_what_is_not_signed(headers: dict[str, str]) -> None:
    """Without a signature, with a wrong one or one of long ago nothing is taken."""
    status, _, taken = answered(BODY, headers)

    assert (status, taken) == (401, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"payload", 400),
        (b"other=1", 400),
        (b"payload={", 400),
        (b"payload=1&payload=2", 400),
        (b"\xff\xfe", 401),
        (b"payload=" + b"x" * (1 << 20), 413),
    ],
)
def test_a_body_that_is_no_payload(body: bytes, status: int) -> None:
    """What is signed and no payload, or too large, is refused."""
    headers = signed(body) if status != 401 else signed(b"")

    found, _, taken = answered(body, headers)

    assert (found, taken) == (status, [])


def service_of(port: int, slack_url: str, kafka: Kafka) -> Interactivity:
    settings = Settings.model_validate(
        {
            "slack_token": "xoxb-1",
            "slack_signing_secret": SECRET,
            "interactivity_port": port,
            "slack_url": slack_url,
        }
    )
    return Interactivity(
        settings, load_rules(None), kafka.send, may_act, lambda _: ("S0SEARCH",), parse
    )


def test_a_service_by_http() -> None:
    """A press comes in by HTTP and is noted; a form that is wrong is answered; the health is said."""

    async def run() -> tuple[Kafka, list[Any]]:
        kafka, found = Kafka(), []
        users = [{"ok": True, "users": ["U0ANN"]}]
        async with slack_peer(usergroups_users_list=users) as slack:
            service = service_of(port := free_port(), f"{slack.url}api/", kafka)
            await service.start()
            given = read(press("silence"))
            assert isinstance(given, Press)
            form = hand_in(view_of("silence", given), comment=" ")
            bad = urlencode({"payload": json.dumps(form)}).encode()
            url = f"http://127.0.0.1:{port}"
            async with aiohttp.ClientSession() as client:
                for body in (BODY, bad):
                    async with client.post(f"{url}{PATH}", data=body, headers=signed(body)) as it:
                        found.append((it.status, await it.text()))
                async with client.get(f"{url}/healthz") as it:
                    found.append((it.status, await it.text()))
            await service.stop()
            await service.stop()
        return kafka, found

    kafka, (pressed, wrong, health) = asyncio.run(run())

    assert len(kafka.heard) == 1
    assert pressed == (200, "")
    assert "Say why" in wrong[1]
    assert health == (200, "ok")


def test_a_port_that_is_taken() -> None:
    """Two that listen on one port: the second names the setting to change."""

    async def run() -> None:
        port = free_port()
        first, second = (service_of(port, "http://127.0.0.1/", Kafka()) for _ in range(2))
        await first.start()
        try:
            await second.start()
        finally:
            await second.stop()
            await first.stop()

    with pytest.raises(RefusedError, match="SPENDWATCH_INTERACTIVITY_PORT"):
        asyncio.run(run())


def test_a_secret_without_a_port(caplog: pytest.LogCaptureFixture) -> None:
    """A signing secret alone does nothing, and the log says what is missing."""
    settings = Settings.model_validate({"slack_token": "xoxb-1", "slack_signing_secret": SECRET})
    service = Interactivity(settings, load_rules(None), Kafka().send, may_act, lambda _: (), parse)

    async def run() -> None:
        await service.start()
        await service.stop()

    asyncio.run(run())

    assert not has_buttons(settings)
    assert "SPENDWATCH_INTERACTIVITY_PORT" in caplog.text
    assert SECRET not in caplog.text
