"""Microsoft Teams."""

import asyncio
import json
from typing import Any

import pytest
from alerting_examples import anomaly, notice
from hypothesis import given
from hypothesis import strategies as st
from sink_peers import peer, says, says_text

from alerting.notices.notice import Notice
from alerting.render.message import Facts, Fixed, Heading, Links, Listing, Message, Note, Paragraph
from alerting.sinks.errors import Permanent
from alerting.sinks.teams import TeamsSink
from alerting.sinks.teams_card import MAX_BYTES, teams_message

TEXT = st.text(max_size=3000)
TEXTS = st.lists(TEXT, max_size=40).map(tuple)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=20).map(tuple)
PARTS = st.one_of(
    st.builds(Heading, TEXT),
    st.builds(Paragraph, TEXT, TEXT),
    st.builds(Facts, PAIRS),
    st.builds(Listing, TEXT, TEXTS),
    st.builds(Fixed, TEXT, TEXTS),
    st.builds(Links, PAIRS),
    st.builds(Note, TEXTS),
)


def posted(*notices: Notice, answer: Any = None) -> list[Any]:
    async def run() -> list[Any]:
        async with peer(answer or says({}, 202)) as server:
            sink = TeamsSink({"search": server.url})
            try:
                for one in notices:
                    await sink.deliver(one, "search", None)
            finally:
                await sink.close()
            return server.bodies

    return asyncio.run(run())


def lines(body: Any) -> list[str]:
    card = body["attachments"][0]["content"]
    return ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]


def test_is_what_a_workflow_takes() -> None:
    """The request is a message with one Adaptive Card, whose first line is the title."""
    (body,) = posted(notice(anomaly()))

    (attachment,) = body["attachments"]
    card = attachment["content"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    title, *rest = lines(body)
    assert title.startswith("Opened ▲ rose +$480.00 a day · search")
    assert title not in rest
    assert any(line.startswith("Team  search") for line in rest)
    assert any("█" in line for line in rest)


def test_each_reason_is_a_card_whose_title_says_so() -> None:
    """Teams cannot edit, so what changed is a card of its own."""
    message = Message("▲ +$412 today", (Heading("▲ +$412 today"),))
    told = [
        notice(anomaly(), message=message, reason=reason)
        for reason in ("opened", "worse", "resolved", "reminder")
    ]

    titles = [lines(body)[0] for body in posted(*told)]

    assert titles == [
        "Opened: ▲ +$412 today",
        "Worse: ▲ +$412 today",
        "Resolved: ▲ +$412 today",
        "Reminder: ▲ +$412 today",
    ]


@pytest.mark.parametrize("status", [200, 202])
def test_both_answers_of_a_workflow_are_good(status: int) -> None:
    """A workflow answers that it took the card, or that it will."""
    assert len(posted(notice(anomaly()), answer=says_text("", status))) == 1


def test_a_refusal_names_workflow_and_setting() -> None:
    """A workflow that was deleted is told with its name and the setting that has its address."""
    with pytest.raises(Permanent, match=r"Teams workflow search .*SPENDWATCH_TEAMS_URLS") as caught:
        posted(notice(anomaly()), answer=says_text("gone", 404))

    assert caught.value.of_channel


def test_links_are_opened_and_nothing_else() -> None:
    """A page of the rules can be opened; what is no web page is left out."""
    pairs = (("Runbook", "https://wiki.example.com/x"), ("Bad", "javascript:alert(1)"))
    body = json.loads(teams_message("t", Message("t", (Links(pairs),))))

    _, link = body["attachments"][0]["content"]["body"]
    (run,) = link["inlines"]
    assert run["text"] == "Runbook"
    assert run["selectAction"] == {
        "type": "Action.OpenUrl",
        "url": "https://wiki.example.com/x",
    }
    assert "javascript" not in json.dumps(body)


@pytest.mark.parametrize("name", ["{{DATE(2017-02-14T06:00:00Z)}}", "{{{{{TIME(x)}}", "a{{b"])
def test_no_function_of_cards_is_called(name: str) -> None:
    """A name that reads like a function of Adaptive Cards is shown as text."""
    raw = teams_message(name, Message(name, (Paragraph(name, name),)))

    assert b"{{" not in raw.replace(b'[{"', b"").replace(b':{"', b"")
    assert b"{ {" in raw


def test_what_does_not_fit_is_counted() -> None:
    """The first lines stay, and the last says how many are missing."""
    items = tuple(f"{number} {'x' * 200}" for number in range(500))
    body = json.loads(teams_message("t", Message("t", (Listing("All", items),))))

    shown = lines(body)
    assert shown[:3] == ["t", "All  ", f"• {items[0]}"]
    left_out = 500 - (len(shown) - 3)
    assert shown[-1] == f"{left_out} more lines do not fit in a card"


@given(TEXT, st.lists(PARTS, max_size=8).map(tuple))
def test_any_message_is_a_card_under_the_limit(title: str, parts: Any) -> None:
    """Whatever is said, the request is JSON of a size that Teams takes, and holds no text of another kind."""
    raw = teams_message(title, Message("x", parts))
    body = json.loads(raw)["attachments"][0]["content"]["body"]

    assert len(raw) <= MAX_BYTES
    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert all(block["inlines"] for block in body)
    assert all("{{" not in run["text"] for block in body for run in block["inlines"])
