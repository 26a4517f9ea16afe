"""The neutral message: what is said, as plain text in parts; how it looks is the renderer's matter."""

from typing import Literal

import msgspec


class Heading(msgspec.Struct, frozen=True, tag=True):
    """Says it all in one line."""

    text: str


class Paragraph(msgspec.Struct, frozen=True, tag=True):
    """A sentence or two. ``label`` is stressed and stands before it."""

    text: str
    label: str = ""


class Facts(msgspec.Struct, frozen=True, tag=True):
    """Labels and values, in two columns; ``in_lines``: a line each, which is shorter on a phone."""

    pairs: tuple[tuple[str, str], ...]
    in_lines: bool = False


class Listing(msgspec.Struct, frozen=True, tag=True):
    """A label and a line for each item."""

    label: str
    items: tuple[str, ...]


class Fixed(msgspec.Struct, frozen=True, tag=True):
    """Lines in a font of fixed width: a chart or a table."""

    label: str
    lines: tuple[str, ...]


class Note(msgspec.Struct, frozen=True, tag=True):
    """Small print."""

    items: tuple[str, ...]


class Links(msgspec.Struct, frozen=True, tag=True):
    """Pages to open: a label and an address each. Addresses come from the rules, never from data."""

    pairs: tuple[tuple[str, str], ...]


class Mentions(msgspec.Struct, frozen=True, tag=True):
    """Who is called: Slack ids of people and user groups."""

    label: str
    ids: tuple[str, ...]


Button = Literal["acknowledge", "snooze", "expected", "wrong", "silence", "reopen"]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a button is about: an anomaly, and the names that a silence or an owner is found by."""

    anomaly_id: str = msgspec.field(name="a")
    team: str = msgspec.field(name="t")
    service: str = msgspec.field(name="s")
    environment: str = msgspec.field(name="e")
    source: str = msgspec.field(name="o")


class Actions(msgspec.Struct, frozen=True, tag=True):
    """What a reader can do about it at once, where a message can have buttons."""

    subject: Subject
    buttons: tuple[Button, ...]


Part = Heading | Paragraph | Facts | Listing | Fixed | Note | Links | Mentions | Actions


class Message(msgspec.Struct, frozen=True):
    """A message: ``text`` is the whole in one line, for notifications and logs."""

    text: str
    parts: tuple[Part, ...]
