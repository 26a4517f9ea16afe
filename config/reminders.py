"""How often what nobody acknowledged is told again."""

from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from config.durations import format_duration, parse_duration

NEVER = 0
"""Seconds between reminders of what is never told again."""


def _parse(text: object) -> int:
    if text is None or (isinstance(text, str) and text.strip().lower() == "never"):
        return NEVER
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError(f"{text!r} is no time between reminders; write such as 4h, or never")
    return seconds


def _format(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return "never" if seconds == NEVER else format_duration(seconds)


Reminder = Annotated[
    int | None,
    BeforeValidator(_parse),
    PlainSerializer(_format, return_type=str | None, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\s*(never|([0-9]{1,9}[smhdw])+)\s*$"}, {"type": "null"}]}),
]  # fmt: skip
