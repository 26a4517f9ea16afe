"""A message as the plain text of a mail."""

from collections.abc import Iterator

from alerting.render.message import (
    Facts,
    Fixed,
    Heading,
    Links,
    Listing,
    Message,
    Note,
    Paragraph,
    Part,
)


def mail_text(title: str, message: Message) -> str:
    """The title, then the parts with a blank line before each; lines of charts are indented, not wrapped."""
    texts = [title]
    texts += [
        "\n".join(_lines(part))
        for at, part in enumerate(message.parts)
        if at > 0 or not isinstance(part, Heading)  # which the title says
    ]
    return "\n\n".join(text for text in texts if text) + "\n"


def _lines(part: Part) -> Iterator[str]:
    """The lines of a part. Slack's buttons and mentions have no place here."""
    match part:
        case Heading(text):
            yield text
        case Paragraph(text, label):
            yield f"{label} {text}" if label else text
        case Facts() | Links():
            yield from (f"{label}: {value}" for label, value in part.pairs)
        case Listing(label, items):
            yield from _under(label, "- ", items)
        case Fixed(label, lines):
            yield from _under(label, "  ", lines)
        case Note(items):
            yield from items


def _under(label: str, before: str, lines: tuple[str, ...]) -> Iterator[str]:
    if label:
        yield f"{label}:"
    yield from (f"{before}{line}" for line in lines)
