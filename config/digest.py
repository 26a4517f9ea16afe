"""The digest: when and where finance gets its daily statement."""

import re
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from config.base import Frozen, Whole
from config.channels import Channel
from config.people import Hook, MailAddresses
from config.timezones import TimeZone

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def parse_time_of_day(text: object) -> time:
    """The time of ``08:00``; a `time` is taken as it is.

    Raises:
        ValueError: if the text is not hours and minutes of a day.
    """
    if isinstance(text, time):
        return text
    clock = _CLOCK.fullmatch(text.strip()) if isinstance(text, str) else None
    if clock is None:
        msg = f'{text!r} is no time of day; write hours and minutes, such as "08:00"'
        raise ValueError(msg)
    return time(int(clock[1]), int(clock[2]))


TimeOfDay = Annotated[
    time,
    BeforeValidator(parse_time_of_day),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$"}),
]


class DigestRules(Frozen):
    """A day's statement, sent once the day is over."""

    channel: Channel = Field(
        description="Slack channel of finance, such as #finops", examples=["#finops"]
    )
    at: TimeOfDay = Field(
        default=time(8, 0),
        description="local time at which yesterday is sent",
        examples=["08:00"],
    )
    timezone: TimeZone = Field(
        default="UTC",
        description="IANA name, such as Europe/Berlin, of `at`",
        examples=["Europe/Berlin"],
    )
    top: Whole = Field(
        default=10, ge=1, le=30, description="how many teams are listed", examples=[10]
    )
    email: MailAddresses | None = Field(
        default=None,
        description="mail addresses of finance; the mail has all teams as CSV",
        examples=[["finance@example.com"]],
    )
    teams: Hook | None = Field(
        default=None,
        description="name of the Microsoft Teams webhook of finance",
        examples=["finance"],
    )
