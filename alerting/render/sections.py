"""Sections of Block Kit: text that is escaped already, joined and cut under Slack's limits."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from alerting.render.mrkdwn import cut, escape, fenced, inert, length
from alerting.render.urls import is_link

Block = dict[str, Any]

MAX_TEXT: Final = 3_000
MAX_HEADER: Final = 150
MAX_FIELD: Final = 2_000
MAX_LINE: Final = 250  # of a chart or table; a longer line would be wrapped
MAX_FIELDS: Final = 10  # of a section; a context has as many elements
NOTHING: Final = "…"  # Slack refuses empty texts
_BETWEEN_LINKS: Final = " · "


def lines_of(pairs: tuple[tuple[str, str], ...]) -> Iterator[Block]:
    """A line a fact, as many in a section as fit."""
    lines = (cut(f"{label_of(f'{label}:')} {inert(value)}", MAX_TEXT) for label, value in pairs)
    yield from (section(text) for text in _joined(lines, "\n"))


def links_of(pairs: tuple[tuple[str, str], ...]) -> Iterator[Block]:
    """Links beside one another. A bar would end a link's address, so labels have none."""
    links = (
        f"<{escape(url)}|{cut(inert(label.replace('|', '¦')), MAX_HEADER) or NOTHING}>"
        for label, url in pairs
        if is_link(url)
    )
    fitting = (link for link in links if length(link) <= MAX_TEXT)
    yield from (section(text) for text in _joined(fitting, _BETWEEN_LINKS))


def _joined(texts: Iterable[str], between: str) -> Iterator[str]:
    """Texts joined whole, up to a section's limit each."""
    joined = ""
    for text in texts:
        longer = f"{joined}{between}{text}" if joined else text
        if length(longer) > MAX_TEXT:
            yield joined
            longer = text
        joined = longer
    if joined:
        yield joined


def label_of(label: str) -> str:
    """A label, stressed; ``""`` for none."""
    return f"*{cut(inert(label), MAX_HEADER)}*" if label else ""


def section(text: str) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": _mrkdwn(text.strip(), MAX_TEXT)}


def fields(pairs: tuple[tuple[str, str], ...]) -> Block:
    """Labels and values in two columns, `MAX_FIELDS` at most."""
    cells = [_mrkdwn(f"{label_of(label)}\n{inert(value)}", MAX_FIELD) for label, value in pairs]
    return {"type": "section", "fields": cells}


def context(texts: list[str]) -> Block:
    """Small print, `MAX_FIELDS` texts at most."""
    return {"type": "context", "elements": [_mrkdwn(text, MAX_TEXT) for text in texts]}


def _mrkdwn(text: str, most: int) -> Block:
    """A text object; ``verbatim`` keeps Slack from making links of what looks like one."""
    return {"type": "mrkdwn", "text": cut(text, most) or NOTHING, "verbatim": True}


def fixed_of(label: str, lines: tuple[str, ...]) -> str:
    """A code block of whole lines, as many as fit."""
    room = MAX_TEXT - length(label) - len("\n```\n\n…\n```")
    kept: list[str] = []
    for line in lines:
        shown = cut(fenced(line), MAX_LINE)
        room -= length(shown) + 1
        if room < 0:
            kept.append(NOTHING)
            break
        kept.append(shown)
    return "\n".join([*([label] if label else []), "```", *kept, "```"])
