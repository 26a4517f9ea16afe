"""The neutral message: what is said, as plain text in parts; how it looks is the renderer's matter."""

import msgspec


class Heading(msgspec.Struct, frozen=True, tag=True):
    """Says it all in one line."""

    text: str


class Paragraph(msgspec.Struct, frozen=True, tag=True):
    """A sentence or two. ``label`` is stressed and stands before it."""

    text: str
    label: str = ""


class Facts(msgspec.Struct, frozen=True, tag=True):
    """Labels and values, in two columns."""

    pairs: tuple[tuple[str, str], ...]


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


Part = Heading | Paragraph | Facts | Listing | Fixed | Note


class Message(msgspec.Struct, frozen=True):
    """A message: ``text`` is the whole in one line, for notifications and logs."""

    text: str
    parts: tuple[Part, ...]
