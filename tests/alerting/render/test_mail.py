"""A message as a mail's text and HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.render.mail_html import mail_html
from alerting.render.mail_text import mail_text
from alerting.render.message import (
    Facts,
    Fixed,
    Heading,
    Links,
    Listing,
    Message,
    Note,
    Paragraph,
)

EVERYTHING = Message(
    "the title",
    (
        Heading("the title"),
        Paragraph("requests 3.0x their usual number", "Likely cause:"),
        Facts((("Team", "search"), ("Service", "OpenAI"))),
        Listing("What moved", ("gpt-4o +$55.00", "all else +$5.00")),
        Fixed("Cost in USD, every hour", ("12:00 █", "13:00 ███")),
        Links((("Runbook", "https://wiki.example.com/x?a=1&b=2"),)),
        Heading("More"),
        Note(("rule defaults", "A-1, revision 1")),
    ),
)


class Page(HTMLParser):
    """The tags of a page, their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_text_of_all_parts() -> None:
    """Each part stands for itself, lists and charts under their labels."""
    assert mail_text("Resolved: the title", EVERYTHING) == (
        "Resolved: the title\n\n"
        "Likely cause: requests 3.0x their usual number\n\n"
        "Team: search\nService: OpenAI\n\n"
        "What moved:\n- gpt-4o +$55.00\n- all else +$5.00\n\n"
        "Cost in USD, every hour:\n  12:00 █\n  13:00 ███\n\n"
        "Runbook: https://wiki.example.com/x?a=1&b=2\n\n"
        "More\n\n"
        "rule defaults\nA-1, revision 1\n"
    )


def test_the_page_of_all_parts() -> None:
    """All that the text says stands on the page, which is as wide as a phone and fetches nothing."""
    page = mail_html("Resolved: the title", EVERYTHING)
    read = Page(page)

    for said in ("Resolved: the title", "OpenAI", "gpt-4o +$55.00", "13:00 ███", "Runbook", "More"):
        assert said in "\n".join(read.texts)
    assert 'href="https://wiki.example.com/x?a=1&amp;b=2"' in page
    assert "width=device-width" in page
    assert {"script", "link", "img", "iframe", "form"}.isdisjoint(read.tags)
    assert page.count(">Resolved: the title<") == 2  # in the title of the window too


def test_a_picture_stands_for_the_chart() -> None:
    """With a picture there is no second chart of characters."""
    page = mail_html("t", EVERYTHING, "chart.1@example.com", 'spend "now"')

    assert 'src="cid:chart.1@example.com" alt="spend &quot;now&quot;"' in page
    assert "█" not in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.test", "x"])
def test_only_pages_are_linked(url: str) -> None:
    """An address that is of no web page is not linked."""
    assert "a" not in Page(mail_html("t", Message("t", (Links((("Runbook", url),)),)))).tags


@given(st.text(), st.text())
def test_no_text_is_taken_for_markup(text: str, label: str) -> None:
    """Whatever the texts are, the page has the same tags and attributes."""

    def page(text: str, label: str) -> Page:
        parts = (
            Paragraph(text, label),
            Facts(((label, text),)),
            Listing(label, (text,)),
            Fixed(label, (text,)),
            Note((text,)),
        )
        return Page(mail_html(text, Message(text, parts)))

    plain, given_ = page("a", "b"), page(text, f"b{label}")

    assert (plain.tags, plain.attributes) == (given_.tags, given_.attributes)
