"""Block Kit: inert and within Slack's limits, whatever comes in."""

from typing import Any

import msgspec
import pytest
from alerting_examples import anomaly, contributor
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.render.anomaly import render_anomaly
from alerting.render.blocks import slack_blocks, slack_text
from alerting.render.message import Facts, Fixed, Heading, Listing, Message, Note, Paragraph
from alerting.render.mrkdwn import inert

NASTY = "<!channel> <@U123> <http://x|y> *b* _i_ ~s~ `c` ```code``` & > q\n> quote \u202e\x1b[31m"
words = st.one_of(
    st.text(), st.text("<&>*_~`\U0001f4b8x ", max_size=5000), st.just(NASTY), st.just("&" * 4000)
)
many = st.lists(words, max_size=25).map(tuple)
parts = st.one_of(
    st.builds(Heading, words),
    st.builds(Paragraph, words, words),
    st.builds(Facts, st.lists(st.tuples(words, words), max_size=25).map(tuple)),
    st.builds(Listing, words, many),
    st.builds(Fixed, words, many),
    st.builds(Note, many),
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def texts(blocks: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Every text object with the kind of its place."""
    found = []
    for block in blocks:
        found += [(block["type"], block["text"])] if "text" in block else []
        found += [("field", field) for field in block.get("fields", ())]
        found += [("element", element) for element in block.get("elements", ())]
    return found


def assert_within_limits(message: Message) -> None:
    blocks = slack_blocks(message)
    assert 1 <= len(blocks) <= 50
    for block in blocks:
        assert 1 <= len(block.get("fields", [1])) <= 10
        assert 1 <= len(block.get("elements", [1])) <= 10
    limits = {"header": 150, "section": 3000, "field": 2000, "element": 3000}
    for place, text in texts(blocks):
        assert 1 <= units(text["text"]) <= limits[place]
        if text["type"] == "mrkdwn":
            assert_escaped(text["text"])
    assert 1 <= units(slack_text(message)) <= 3000
    assert_escaped(slack_text(message))


def assert_escaped(text: str) -> None:
    assert "<" not in text
    assert ">" not in text
    bare = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in bare


@settings(max_examples=150)
@given(st.builds(Message, words, st.lists(parts, max_size=60).map(tuple)))
def test_any_message_is_within_limits(message: Message) -> None:
    """Whatever the parts hold, counts and lengths stay under Slack's limits and all is escaped."""
    assert_within_limits(message)


@given(words, words, st.lists(words, max_size=12))
def test_any_anomaly_is_within_limits(team: str, service: str, values: list[str]) -> None:
    """Names of any length and content make a message that Slack takes."""
    crowd = tuple(contributor(value=value, dimension=value) for value in values)

    assert_within_limits(
        render_anomaly(anomaly(team=team, service=service, rule=team, contributors=crowd))
    )


@pytest.mark.parametrize("char", list("*~`"))
def test_format_characters_of_names_are_gone(char: str) -> None:
    """No name can begin or end a format, since its characters are look-alikes."""
    assert char not in inert(f"{char}bold{char} and {char * 3}more{char * 3}")


def test_underscores_within_words_stay() -> None:
    """A name with underscores can be copied; only those at a word's edge could format and do not."""
    assert inert("gpt_4o_mini") == "gpt_4o_mini"
    assert "_" not in inert("_italic_ and __more__ a_ _b")


def test_quotes_and_lines_cannot_be_forged() -> None:
    """A name neither quotes nor begins a line of its own."""
    message = render_anomaly(anomaly(team="search\n*Impact so far*\n>>> none"))
    (field,) = [
        text["text"] for _, text in texts(slack_blocks(message)) if "*Team*" in text["text"]
    ]

    assert field.count("\n") == 1
    assert field.count("*") == 2
    assert "\n&gt;" not in inert("> a\n> b")


def test_mentions_and_links_are_text() -> None:
    """A mention in a tag calls nobody, and what looks like a link stays text."""
    blocks = slack_blocks(render_anomaly(anomaly(service="<!channel> http://evil.example")))
    marked = [text for _, text in texts(blocks) if text["type"] == "mrkdwn"]

    assert any("&lt;!channel&gt;" in text["text"] for text in marked)
    assert not any("<" in text["text"] for text in marked)
    assert all(text["verbatim"] for text in marked)


def test_control_and_direction_characters_are_gone() -> None:
    """Neither a terminal's escape sequence nor a direction mark of a tag gets into a message."""
    shown = msgspec.json.encode(render_anomaly(anomaly(team=NASTY, rule=NASTY))).decode()

    assert "\\u001b" not in shown
    assert "\u202e" not in shown


def test_a_message_says_what_it_leaves_out() -> None:
    """Of too many parts the last block says how many are missing."""
    blocks = slack_blocks(Message("many", tuple(Paragraph(str(n)) for n in range(60))))

    assert blocks[-1]["elements"][0]["text"] == "11 more parts do not fit in a message"


def test_code_keeps_whole_lines() -> None:
    """A table that is too long loses its last lines, not the fence that ends it."""
    (block,) = slack_blocks(Message("t", (Fixed("Table", tuple("x" * 90 for _ in range(60))),)))
    lines = block["text"]["text"].split("\n")

    assert lines[:3] == ["*Table*", "```", "x" * 90]
    assert lines[-3:] == ["x" * 90, "…", "```"]
