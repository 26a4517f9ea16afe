"""A message as the HTML of a mail: narrow enough for a phone, with nothing in it that is loaded or run."""

from collections.abc import Iterator
from html import escape
from typing import Final

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
from config.named_urls import is_http

_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE: Final = (
    "<!DOCTYPE html>\n"
    '<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="format-detection" content="telephone=no, date=no, address=no">'
    "<title>{title}</title></head>\n"
    f'<body style="margin:0;padding:16px;{_FONT};font-size:15px;line-height:1.45;color:#1d1c1d;background:#ffffff">\n'
    '<div style="max-width:600px;margin:0 auto">\n{body}\n</div>\n</body></html>\n'
)
_FIXED: Final = (
    "font-family:Menlo,Consolas,'Courier New',monospace;font-size:12px;line-height:1.25;"
    "overflow-x:auto;white-space:pre;margin:4px 0;padding:8px;background:#f6f6f6"
)


def mail_html(title: str, message: Message, picture: str | None = None, alt_text: str = "") -> str:
    """The page.

    Args:
        title: its first line.
        message: what it says; its own first heading is left out.
        picture: the ``Content-ID`` of a picture in the same mail, without its angle brackets. It stands where
            the chart of characters would.
        alt_text: what the picture shows.
    """
    shown = [f'<h1 style="font-size:19px;line-height:1.3;margin:0 0 12px">{escape(title)}</h1>']
    if picture is not None:
        shown.append(
            f'<img src="cid:{escape(picture)}" alt="{escape(alt_text)}" width="600"'
            ' style="width:100%;max-width:600px;height:auto;display:block;margin:0 0 12px">'
        )
    for at, part in enumerate(message.parts):
        if at == 0 and isinstance(part, Heading):
            continue
        if picture is not None and isinstance(part, Fixed):
            continue
        shown.extend(_shown(part))
    return _PAGE.format(title=escape(title), body="\n".join(shown))


def _shown(part: Part) -> Iterator[str]:
    """A part. Slack's buttons and mentions have no place here."""
    match part:
        case Heading(text):
            yield f'<h2 style="font-size:16px;margin:16px 0 4px">{escape(text)}</h2>'
        case Paragraph(text, label):
            yield f'<p style="margin:8px 0">{_label(label)}{escape(text)}</p>'
        case Facts():
            yield _table(part.pairs)
        case Listing(label, items):
            yield _list(label, items)
        case Fixed(label, lines):
            yield f'<p style="margin:8px 0 0">{_label(label)}</p>'
            yield f'<pre style="{_FIXED}">{escape(chr(10).join(lines))}</pre>'
        case Links(pairs):
            yield f'<p style="margin:8px 0">{" · ".join(_link(*one) for one in pairs)}</p>'
        case Note(items):
            small = "font-size:12px;color:#616061;margin:8px 0"
            yield f'<p style="{small}">{"<br>".join(map(escape, items))}</p>'


def _label(label: str) -> str:
    return f"<strong>{escape(label)}</strong> " if label else ""


def _list(label: str, items: tuple[str, ...]) -> str:
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    return (
        f'<p style="margin:8px 0 0">{_label(label)}</p>'
        f'<ul style="margin:4px 0;padding-left:20px">{lines}</ul>'
    )


def _link(label: str, url: str) -> str:
    """A link to a page; text alone where the address is of something else."""
    return f'<a href="{escape(url)}">{escape(label)}</a>' if is_http(url) else escape(label)


def _table(pairs: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(_row(label, value) for label, value in pairs)
    return f'<table style="border-collapse:collapse;margin:8px 0">{rows}</table>'


def _row(label: str, value: str) -> str:
    cell = "vertical-align:top;padding:2px 12px 2px 0;text-align:left"
    name = f'<th scope="row" style="{cell};font-weight:600;max-width:40%">{escape(label)}</th>'
    return f'<tr>{name}<td style="{cell};word-break:break-word">{escape(value)}</td></tr>'
