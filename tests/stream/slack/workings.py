"""A worker's way with buttons, against a Slack that has them."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from slack_peer import SlackPeer, slack_peer

from alerting.inbox import Heard, decode, encode
from config.loader import load_rules
from config.settings import Settings
from stream.slack.answers import LabelMatcher
from stream.slack.service import Interactivity

NOW = 1_772_452_800  # Monday 2026-03-02 12:00 UTC
OWNERS = {"search": ("S0SEARCH",), "infra": ("S0INFRA",)}


def parse(text: str) -> LabelMatcher:
    """Alertmanager's form, as far as these tests write it."""
    name, operator, value = text.partition("=~") if "=~" in text else text.partition("=")
    if not operator or " " in name:
        raise ValueError(f"{text!r} is no matcher; write for example team=search")
    found: LabelMatcher = SimpleNamespace(name=name, operator=operator, value=value.strip('"'))
    return found


def may_act(team: str, user: str, groups: Collection[str]) -> bool:
    """Teams are their user group; one person may act for all."""
    return user == "U0ADMIN" or bool(set(OWNERS.get(team, ())) & set(groups))


@dataclass
class Kafka:
    """The topic `alerts`: what was put on it, as it is read back."""

    heard: list[Heard] = field(default_factory=list)
    fails: Exception | None = None

    async def send(self, one: Heard) -> None:
        await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails
        self.heard.append(decode(encode(one)))


@dataclass
class Working:
    """A worker that listens."""

    slack: SlackPeer
    kafka: Kafka
    service: Interactivity

    async def settled(self) -> None:
        """All that was pressed is dealt with."""
        await self.service._handler.settle(10)

    async def take(self, payload: Any) -> dict[str, Any]:
        """Slack sends a payload; what the acknowledgement says, once all is dealt with."""
        ack = await self.slack.acknowledged(payload)
        await self.settled()
        answer: dict[str, Any] = ack.get("payload", {})
        return answer

    def ephemeral(self) -> str:
        """The one line that one person was told."""
        (call,) = self.slack.called("chat.postEphemeral")
        return str(call["text"])

    def view(self) -> dict[str, Any]:
        """The one form that was opened."""
        (call,) = self.slack.called("views.open")
        view: dict[str, Any] = call["view"]
        return view


def settings(slack: SlackPeer, **changes: Any) -> Settings:
    fields = {"slack_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_url": f"{slack.url}api/"}
    return Settings.model_validate({**fields, **changes})


@asynccontextmanager
async def working(members: Collection[str] = ("U0ANN",), **answers: Any) -> AsyncIterator[Working]:
    """A worker that listens by Socket Mode; ``members`` are in all user groups."""
    users = [{"ok": True, "users": list(members)}]
    async with slack_peer(**{"usergroups_users_list": users, **answers}) as slack:
        kafka = Kafka()
        service = Interactivity(
            settings(slack),
            load_rules(None),
            kafka.send,
            may_act,
            lambda team: OWNERS.get(team, ()),
            parse,
            now=lambda: NOW,
        )
        await service.start()
        try:
            await slack.until(lambda: slack.sockets)
            yield Working(slack, kafka, service)
        finally:
            await service.stop()
