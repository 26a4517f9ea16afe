"""Forms keep Slack's limits and are filled with the names of the series."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.cases.acts import Actor
from alerting.render.message import Subject
from stream.slack.modals import MAX_MATCHERS, prefilled, view_of
from stream.slack.presses import FormKind, Press

names = st.text(max_size=500) | st.text('"\\.*…<!', max_size=500)


def subject(**changes: str) -> Subject:
    fields = {"team": "search", "service": "OpenAI", "environment": "", "source": "usage"}
    return Subject(anomaly_id="A-1", **{**fields, **changes})


def pressed(about: Subject) -> Press:
    by = Actor("U1", "ann", "slack")
    return Press(kind="silence", subject=about, by=by, channel="C0123456", trigger_id="1")


@pytest.mark.parametrize(
    ("about", "matchers"),
    [
        (subject(), ['team="search"', 'service="OpenAI"']),
        (subject(environment="dev"), ['team="search"', 'service="OpenAI"', 'environment="dev"']),
        (subject(service='a "b" \\c'), ['team="search"', 'service="a \\"b\\" \\\\c"']),
        (subject(service="EC2 (x.l…"), ['team="search"', 'service=~"EC2 \\\\(x\\\\.l.*"']),
        (subject(team="", service=""), []),
    ],
)
def test_what_is_prefilled(about: Subject, matchers: list[str]) -> None:
    """Names are quoted as Alertmanager quotes them; one that was cut is matched by its beginning."""
    assert matchers == prefilled(about)


@pytest.mark.parametrize("kind", get_args(FormKind))
@given(names, names, names)
def test_limits_of_slack(kind: FormKind, team: str, service: str, environment: str) -> None:
    """Whatever the names are, a form is one that Slack opens."""
    about = subject(team=team[:120], service=service[:120], environment=environment[:120])
    view = view_of(kind, pressed(about))

    assert len(view["private_metadata"]) <= 3000
    assert len(view["blocks"]) <= 100
    assert all(len(view[part]["text"]) <= 24 for part in ("title", "submit", "close"))
    for text in texts(view["blocks"]):
        assert 1 <= len(text) <= 2000
    for element in (block["element"] for block in view["blocks"] if block["type"] == "input"):
        assert len(element.get("initial_value", "")) <= element.get("max_length", 3000)
        assert all(len(one["text"]["text"]) <= 75 for one in element.get("options", []))


@given(names, names)
def test_prefilled_matchers_fit(team: str, service: str) -> None:
    """What does not fit into the field is left out, a whole matcher at a time."""
    assert len("\n".join(prefilled(subject(team=team, service=service)))) <= MAX_MATCHERS


def texts(part: Any) -> Iterator[str]:
    """All texts that are shown."""
    if isinstance(part, dict):
        if part.get("type") == "plain_text":
            yield part["text"]
        for inner in part.values():
            yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)
