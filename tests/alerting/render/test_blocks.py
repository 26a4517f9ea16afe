"""Block Kit: inert and within Slack's limits, whatever comes in."""

import re
from typing import Any, get_args

import msgspec
import pytest
from alerting_examples import START, anomaly, contributor
from case_examples import act, case, view
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.cases.acts import Act, Actor
from alerting.cases.case import Case, CaseState, Happening, Reason, Said
from alerting.cases.record import Quiet, QuietKind
from alerting.render.anomaly import render_anomaly
from alerting.render.blocks import slack_blocks, slack_text
from alerting.render.buttons import value_of
from alerting.render.case import render_case
from alerting.render.group import render_group
from alerting.render.group_title import Kind
from alerting.render.message import (
    Actions,
    Button,
    Facts,
    Fixed,
    Heading,
    Links,
    Listing,
    Mentions,
    Message,
    Note,
    Paragraph,
    Subject,
)
from alerting.render.milestone import acted, render_group_milestone, render_milestone
from alerting.render.mrkdwn import inert
from alerting.render.view import View

NASTY = "<!channel> <@U123> <http://x|y> *b* _i_ ~s~ `c` ```code``` & > q\n> quote \u202e\x1b[31m"
words = st.one_of(
    st.text(), st.text("<&>*_~`\U0001f4b8x ", max_size=5000), st.just(NASTY), st.just("&" * 4000)
)
many = st.lists(words, max_size=25).map(tuple)
pairs = st.lists(st.tuples(words, words), max_size=25).map(tuple)
buttons = st.lists(st.sampled_from(get_args(Button)), max_size=9).map(tuple)
subjects = st.builds(
    Subject, anomaly_id=words, team=words, service=words, environment=words, source=words
)
OURS = re.compile(r"<(?:https?://[^<>|\s]+\|([^<>]*)|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)>")
parts = st.one_of(
    st.builds(Heading, words),
    st.builds(Paragraph, words, words),
    st.builds(Facts, pairs, st.booleans()),
    st.builds(Links, pairs),
    st.builds(Mentions, words, many),
    st.builds(Actions, subjects, buttons),
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
        elements = block.get("elements", ())
        found += [("element", each) for each in elements if block["type"] == "context"]
    return found


def assert_within_limits(message: Message, ours: frozenset[str] = frozenset()) -> None:
    """``ours``: mentions and addresses that are meant to be there."""
    blocks = slack_blocks(message, "A-1")
    assert 1 <= len(blocks) <= 50
    assert blocks[0]["block_id"] == "spendwatch:A-1"
    assert len({block.get("block_id", at) for at, block in enumerate(blocks)}) == len(blocks)
    for block in blocks:
        assert_buttons(block)
    for block in blocks:
        assert 1 <= len(block.get("fields", [1])) <= 10
        assert 1 <= len(block.get("elements", [1])) <= 10
    limits = {"header": 150, "section": 3000, "field": 2000, "element": 3000}
    for place, text in texts(blocks):
        assert 1 <= units(text["text"]) <= limits[place]
        if text["type"] == "mrkdwn":
            assert_escaped(text["text"], ours)
    assert 1 <= units(slack_text(message)) <= 3000
    assert_escaped(slack_text(message))


def assert_buttons(block: dict[str, Any]) -> None:
    """Slack's limits, and that what was pressed can be read back."""
    if block["type"] != "actions":
        return
    assert 1 <= units(block["block_id"]) <= 255
    prefix, value = block["block_id"].split("|", 1)
    assert prefix == "spendwatch"
    assert set(msgspec.json.decode(value)) == set("atseo")
    assert 1 <= len(block["elements"]) <= 25
    for element in block["elements"]:
        assert len(element["action_id"]) <= 255
        label = element["placeholder" if element["type"] == "static_select" else "text"]
        assert 1 <= len(label["text"]) <= 75
        assert element.get("value", value) == value


def assert_escaped(text: str, ours: frozenset[str] = frozenset()) -> None:
    for known in ours:
        text = text.replace(known, "")
    text = OURS.sub(r"\1", text) if not ours else text
    assert "<" not in text
    assert ">" not in text
    bare = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in bare


LINK = "https://wiki.example.com/r?a=1&amp;b=2"
CALLED = ("S0ONCALL", "U0ANN", "!channel", "U1> <!here", "<@U2>")
VIEWED = frozenset({"<!subteam^S0ONCALL>", "<@U0ANN>", f"<{LINK}|Runbook>"})
names = st.one_of(st.just(NASTY), st.text(), st.just("<!channel>"), st.just("x" * 5000))
moments = st.integers(START - 400 * 86_400, START + 400 * 86_400)
actors = st.builds(Actor, names, names, st.just("slack"))
happenings = st.builds(
    Happening,
    st.one_of(st.sampled_from([*get_args(Reason), "acknowledge", "expected"]), names),
    moments,
    st.none() | actors,
    names,
    st.none() | moments,
)
acts = st.builds(
    Act,
    act_id=names,
    anomaly_id=names,
    kind=st.sampled_from(["acknowledge", "snooze", "expected", "wrong", "right", "reopen"]),
    by=actors,
    at=moments,
    until=st.none() | moments,
    note=names,
)
anomalies = st.builds(
    lambda name, value, state, currency: anomaly(
        anomaly_id=name[:20] or "A-1",
        team=name,
        service=value,
        environment=name,
        source=value,
        rule=name,
        channel=value,
        charge_kind="usage",
        currency=currency,
        state=state,
        contributors=(contributor(value=value), contributor(dimension=name, value=name)),
    ),
    names,
    names,
    st.sampled_from(["open", "resolved", "retracted"]),
    names,
)
cases = st.builds(
    Case,
    anomaly=anomalies,
    opened_at=moments,
    history=st.lists(happenings, max_size=9).map(tuple),
    acknowledged=st.none() | acts,
    snoozed=st.none() | acts,
    judged=st.none() | acts,
)
quiets = st.builds(
    Quiet,
    kind=st.sampled_from(get_args(QuietKind)),
    by=names,
    until=st.none() | moments,
    note=names,
)
views = st.builds(
    lambda state, now, quiet, name, places: view(
        state=state,
        now=now,
        quiet=quiet,
        owner=name,
        mentions=CALLED,
        links=(("Runbook", LINK.replace("&amp;", "&")), (name, f"https://{name}"), ("x", name)),
        is_told_in=tuple(places),
        can_act=True,
        notice=name,
    ),
    st.sampled_from(get_args(CaseState)),
    moments,
    st.none() | quiets,
    names.filter(lambda name: not name.isascii() or "<" in name or not name),
    st.lists(names, max_size=8),
)


@settings(max_examples=60, deadline=None)
@given(cases, views, st.sampled_from(get_args(Reason)), names)
def test_any_case_is_within_limits_and_calls_nobody(
    one: Case, seen: View, reason: Reason, impact: str
) -> None:
    """Names, notes and values of any kind; only our own mentions and links are any."""
    assert_within_limits(render_case(one, seen), VIEWED)
    before = Said("opened", START, 1, impact, impact, "opened")
    assert_within_limits(render_milestone(one, reason, seen, before))
    for happening in one.history:
        assert_within_limits(acted(one, happening))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(cases, max_size=14),
    views,
    st.sampled_from(get_args(Kind)),
    st.sampled_from(get_args(Reason)),
    st.lists(st.tuples(names, names), max_size=12).map(tuple),
)
def test_any_group_is_within_limits_and_calls_nobody(
    many: list[Case], seen: View, kind: Kind, reason: Reason, labels: tuple[tuple[str, str], ...]
) -> None:
    """The same of many in one message."""
    assert_within_limits(render_group(many, seen, kind, labels), VIEWED)
    assert_within_limits(render_group_milestone(many, reason, seen, many[:2]))


def test_mentions_and_links_of_ours_are_real() -> None:
    """Ids are called, addresses are links, and labels cannot break out of them."""
    links = (("a|b> <!here>", "https://a.example/?x=1&y=2"), ("evil", "javascript:x"))
    parts = (Mentions("Calls", CALLED), Links(links))
    first, second = slack_blocks(Message("t", parts))
    assert first["text"]["text"] == "*Calls* <!subteam^S0ONCALL> <@U0ANN>"
    assert second["text"]["text"] == "<https://a.example/?x=1&amp;y=2|a¦b&gt; &lt;!here&gt;>"


@settings(max_examples=60)
@given(subjects, st.integers(100, 300))
def test_what_a_button_carries_is_short_and_readable(subject: Subject, most: int) -> None:
    """Names are cut and marked; the anomaly's id is whole, or there is no button."""
    value = value_of(subject, most)
    if value is None:
        assert units(subject.anomaly_id) > 10
        return
    assert units(value) <= most
    read = msgspec.json.decode(value)
    assert read["a"] == subject.anomaly_id
    assert read["t"] == subject.team or read["t"].endswith("…")
    if read["t"] != subject.team and len(subject.team) <= 200:  # the last to be cut
        assert max(len(read[name]) for name in "seo") <= 2


def test_a_button_carries_who_is_meant() -> None:
    """What happens when it is pressed needs no look-up."""
    message = render_case(case(), view(can_act=True))
    (row,) = [block for block in slack_blocks(message) if block["type"] == "actions"]
    value = '{"a":"A-EXAMPLE234","t":"search","s":"OpenAI","e":"production","o":"usage"}'
    assert row["block_id"] == f"spendwatch|{value}"
    first, snooze, *others = row["elements"]
    assert (first["action_id"], first["value"]) == ("spendwatch.acknowledge", value)
    assert [each["value"] for each in snooze["options"]] == ["3600", "86400", "monday"]
    assert [each["action_id"] for each in others] == [
        "spendwatch.expected",
        "spendwatch.wrong",
        "spendwatch.silence",
    ]


def test_notes_of_people_are_one_harmless_line() -> None:
    """Who can press a button writes into the message as well."""
    one = case(acknowledged=act("acknowledge", note="a\n*Impact:* none <!here> `x`"))
    blocks = slack_blocks(render_case(one, view()))
    (line,) = [
        line
        for _, text in texts(blocks)
        for line in text["text"].split("\n")
        if line.startswith("*Acknowledged:*")
    ]
    assert line == (
        "*Acknowledged:* by Ann, 12:05 UTC: a \u2217Impact:\u2217 none &lt;!here&gt; \u02cbx\u02cb"
    )


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


def test_the_team_is_cut_last() -> None:
    """By the team it is known who may press: other names give way before it."""
    subject = Subject(
        anomaly_id="A-1", team="t" * 120, service="s" * 300, environment="e" * 99, source="usage"
    )
    value = msgspec.json.decode(value_of(subject, 245) or "")

    assert value["t"] == "t" * 120
    assert value["s"].endswith("…")
