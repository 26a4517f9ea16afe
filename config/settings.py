"""Settings from the environment (prefix ``SPENDWATCH_``); secrets also as files."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.mail_server import is_mail_address, read_mail_server
from config.named_urls import DEFAULT, is_http, read_named_urls

LogLevel = Literal["debug", "info", "warning", "error"]
_BROKER = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_KAFKA_NAME = re.compile(r"[A-Za-z0-9._-]*")  # the characters of a topic's name


class Settings(BaseSettings):
    """Where things are. What people tune stands in the rules file instead.

    ``config.loader.load_settings`` fills it from the environment and from files of secrets; the
    constructor itself reads neither.
    """

    model_config = SettingsConfigDict(
        env_prefix="SPENDWATCH_",
        env_file=None,
        extra="forbid",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    kafka_brokers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1:9092",),
        min_length=1,
        description="Kafka's bootstrap brokers, host:port, comma-separated",
        examples=["kafka-1:9092,kafka-2:9092"],
    )
    kafka_check_crcs: bool = Field(
        default=True,
        description="whether records' checksums are compared (Kafka's check.crcs)",
        examples=["true"],
    )
    topic_prefix: str = Field(
        default="",
        max_length=100,
        description="put before every topic and group name",
        examples=["staging."],
    )
    partitions: int = Field(
        default=12,
        ge=1,
        le=1024,
        description="partitions of each topic, when created",
        examples=[12],
    )
    replication_factor: int = Field(
        default=1, ge=1, le=15, description="replicas of each topic, when created", examples=[3]
    )
    rules: Path | None = Field(
        default=None,
        description="rules file or folder; left out: the default rules",
        examples=["/etc/spendwatch/rules.yaml"],
    )
    slack_token: SecretStr | None = Field(
        default=None, min_length=1, description="Slack bot token, xoxb-...; left out: no Slack"
    )
    slack_url: str = Field(
        default="https://slack.com/api/",
        description="base of Slack's Web API",
        examples=["https://slack.com/api/"],
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="Slack app-level token, xapp-..., for buttons by Socket Mode",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="Slack signing secret, for buttons by HTTP",
    )
    interactivity_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="port to which Slack sends what is pressed, by HTTP; without it there is none",
        examples=[8080],
    )
    webhook_url: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="receives anomalies in Alertmanager's webhook format, by the name `default`",
    )
    webhook_urls: Annotated[dict[str, SecretStr], NoDecode] = Field(
        default={},
        description="more such receivers: a JSON object of names and addresses",
        examples=['{"on-call": "https://hooks.example.com/1"}'],
    )
    teams_url: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="a Microsoft Teams workflow that takes cards, by the name `default`",
    )
    teams_urls: Annotated[dict[str, SecretStr], NoDecode] = Field(
        default={},
        description="more such workflows: a JSON object of names and addresses",
        examples=['{"search": "https://prod-1.example.com/workflows/1"}'],
    )
    mail_from: str | None = Field(
        default=None,
        description="the address that mails come from",
        examples=["spendwatch@example.com"],
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="the mail server, smtp://user:password@host:587 or smtps://...",
    )
    events_topic: str | None = Field(
        default=None,
        max_length=200,
        description="Kafka topic that gets anomalies as CloudEvents; it must exist",
        examples=["finops.anomalies"],
    )
    external_url: str = Field(
        default="",
        description="where people read more, given to webhooks as `externalURL`",
        examples=["https://wiki.example.com/spendwatch"],
    )
    instance: str | None = Field(
        default=None,
        max_length=100,
        description="stable name of this worker (Kafka's static group membership)",
        examples=["spendwatch-0"],
    )
    web_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="port of the worker's web server; without it there is none",
        examples=[6066],
    )
    log_level: LogLevel = Field(default="info", description="least level that is logged")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (signature of pydantic-settings)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the same)
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the same)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the same)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments only: the environment is read in one place, where its errors become findings."""
        return (init_settings,)

    @field_validator("kafka_brokers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("kafka_brokers")
    @classmethod
    def _brokers_have_ports(cls, brokers: tuple[str, ...]) -> tuple[str, ...]:
        for broker in brokers:
            form = _BROKER.fullmatch(broker)
            if form is None or not 1 <= int(form[1]) <= 65535:
                msg = f"{broker!r} is no broker; write host:port, such as kafka-1:9092, without a scheme"
                raise ValueError(msg)
        return brokers

    @field_validator("topic_prefix", "instance", "events_topic")
    @classmethod
    def _legal_in_kafka(cls, name: str | None) -> str | None:
        if name is not None and not _KAFKA_NAME.fullmatch(name):
            msg = f"{name!r} is no Kafka name; write letters, digits, `.`, `_` and `-` only"
            raise ValueError(msg)
        return name

    @field_validator("slack_url")
    @classmethod
    def _url(cls, url: str) -> str:
        if not is_http(url):
            msg = f"{url!r} is no URL; write for example https://slack.com/api/"
            raise ValueError(msg)
        return url if url.endswith("/") else f"{url}/"

    @field_validator("webhook_url", "teams_url")
    @classmethod
    def _secret_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not is_http(url.get_secret_value()):
            msg = "is no URL; write for example https://hooks.example.com/spendwatch"
            raise ValueError(msg)
        return url

    @field_validator("webhook_urls", "teams_urls", mode="before")
    @classmethod
    def _by_name(cls, value: object, info: ValidationInfo) -> object:
        urls: Any = read_named_urls(value) if isinstance(value, str) else value
        single = f"{info.field_name}".removesuffix("s")
        if isinstance(urls, dict) and DEFAULT in urls and info.data.get(single) is not None:
            msg = f"has {DEFAULT!r} besides SPENDWATCH_{single.upper()}; give it in one of them"
            raise ValueError(msg)
        return urls

    @field_validator("external_url")
    @classmethod
    def _page(cls, url: str) -> str:
        if url and not is_http(url):
            msg = f"{url!r} is no URL; write for example https://wiki.example.com/spendwatch"
            raise ValueError(msg)
        return url

    @field_validator("mail_from")
    @classmethod
    def _mail_address(cls, address: str | None) -> str | None:
        if address is not None and not is_mail_address(address):
            msg = f"{address!r} is no mail address; write for example spendwatch@example.com"
            raise ValueError(msg)
        return address

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if url is not None:
            read_mail_server(url.get_secret_value())
            if info.data.get("mail_from", "") is None:  # not there at all if it was refused itself
                msg = "needs SPENDWATCH_MAIL_FROM too; set the address that mails come from"
                raise ValueError(msg)
        return url

    @field_validator("slack_token", "slack_app_token", "slack_signing_secret")
    @classmethod
    def _one_word(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"[!-~]+", token.get_secret_value()):
            msg = "has spaces, line breaks or letters that a token cannot have; copy it again"
            raise ValueError(msg)
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _app_level(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token is not None and not token.get_secret_value().startswith("xapp-"):
            msg = "is no app-level token; write the one that begins with xapp-"
            raise ValueError(msg)
        return _beside_the_bot(token, info)

    @field_validator("slack_signing_secret")
    @classmethod
    def _signing(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return _beside_the_bot(secret, info)

    @field_validator("interactivity_port")
    @classmethod
    def _signed(cls, port: int | None, info: ValidationInfo) -> int | None:
        if port is not None and info.data.get("slack_signing_secret", port) is None:
            msg = "needs SPENDWATCH_SLACK_SIGNING_SECRET, by which Slack is known; set it as well"
            raise ValueError(msg)
        return port

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower_case(cls, level: object) -> object:
        return level.strip().lower() if isinstance(level, str) else level


def _beside_the_bot(secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Refuses what buttons need where there is no bot's token to answer with; a wrong one is said by itself."""
    if secret is not None and info.data.get("slack_token", secret) is None:
        msg = "needs SPENDWATCH_SLACK_TOKEN, the bot's token; set it as well"
        raise ValueError(msg)
    return secret
