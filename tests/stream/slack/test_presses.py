"""Payloads of Slack's: what is read of them, and that nothing breaks the reader."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_peer import CHANNEL, USER, VALUE, choose, hand_in, press

from alerting.cases.acts import Actor
from alerting.render.message import Subject
from stream.slack.modals import view_of
from stream.slack.presses import Ignored, Press, Submission, read

SUBJECT = Subject(
    anomaly_id="A-1", team="search", service="OpenAI", environment="production", source="usage"
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def pressed(kind: str) -> Press:
    found = read(press(kind))
    assert isinstance(found, Press)
    return found


def test_a_button() -> None:
    """A press says what, about what, by whom and where."""
    assert read(press("acknowledge", trigger="1.2")) == Press(
        kind="acknowledge",
        subject=SUBJECT,
        by=Actor("U0ANN", "ann", "slack"),
        channel=CHANNEL,
        trigger_id="1.2",
    )


def test_a_menu() -> None:
    """A menu has no value of its own: what it is about stands in its block's id."""
    found = read(choose("monday"))

    assert isinstance(found, Press)
    assert (found.kind, found.choice, found.subject) == ("snooze", "monday", SUBJECT)


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"id": "U1"}, "U1"),
        ({"id": "U1", "name": "bob"}, "bob"),
        ({"id": "U1", "username": "bobby", "name": "bob"}, "bobby"),
    ],
)
def test_whoever_it_is(user: dict[str, str], name: str) -> None:
    """People go by the name that Slack gives, else by their id."""
    found = read(press("acknowledge", user=user))

    assert isinstance(found, Press)
    assert Actor("U1", name, "slack") == found.by


def test_a_form() -> None:
    """What is left empty in a form is missing among its answers; the rest is without space around it."""
    found = read(hand_in(view_of("wrong", pressed("wrong")), comment="  \n"))

    assert isinstance(found, Submission)
    assert (found.kind, found.subject, found.channel) == ("wrong", SUBJECT, CHANNEL)
    assert found.answers == {"reason": "not unusual"}


@pytest.mark.parametrize(
    "changes",
    [
        {"callback_id": "other"},
        {"private_metadata": ""},
        {"private_metadata": VALUE},
        {"state": {"values": []}},
        {"state": {"values": {"a": {"b": 3}}}},
        {"id": None},
    ],
)
def test_a_form_that_is_not_ours(changes: dict[str, Any]) -> None:
    """A form that cannot be read is ignored, with the reason."""
    form = hand_in(view_of("wrong", pressed("wrong")))

    assert isinstance(read({**form, "view": {**form["view"], **changes}}), Ignored)


@given(anything, st.sampled_from(["block_actions", "view_submission", "shortcut"]))
def test_nothing_breaks_the_reader(what: Any, kind: str) -> None:
    """Whatever comes is read or ignored, never an error."""
    read(what)
    fields = what if isinstance(what, dict) else {"user": what, "view": what, "actions": what}
    assert isinstance(read({**fields, "type": kind}), Ignored)


@given(st.text(max_size=40), st.text(max_size=40))
def test_names_survive_a_form(team: str, service: str) -> None:
    """Names come back from a form as they were on the button, whatever is in them."""
    value = json.dumps({"a": "A-1", "t": team, "s": service, "e": "", "o": "usage"})
    found = read(press("silence", value=value, user=USER))
    assert isinstance(found, Press)
    form = read(json.loads(json.dumps(hand_in(view_of("silence", found)))))

    assert isinstance(form, Submission)
    assert found.subject == form.subject
