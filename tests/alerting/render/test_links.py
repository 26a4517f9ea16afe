"""Links: addresses from the rules, inert whatever the data is."""

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from alerting_examples import anomaly, contributor
from hypothesis import given
from hypothesis import strategies as st

from alerting.render.links import links_of
from alerting.render.mentions import mention, mentions
from alerting.render.urls import is_link
from config.detection import Matcher
from config.links import Link

GRAFANA = Link(
    name="Grafana", url="https://grafana.example.com/d?team={team}&m={model}&from={from_ms}"
)


def test_addresses_are_filled_in() -> None:
    """What to do comes first, then where to look."""
    times = Link(name="Logs", url="https://logs.example.com/{anomaly_id}?{from}/{to}&to={to_ms}")
    assert links_of([GRAFANA, times], anomaly(team="a b"), "https://wiki.example.com/r", None) == (
        ("Runbook", "https://wiki.example.com/r"),
        ("Grafana", "https://grafana.example.com/d?team=a%20b&m=gpt-4o&from=1772452800000"),
        (
            "Logs",
            "https://logs.example.com/A-EXAMPLE234?2026-03-02T12%3A00%3A00Z/2026-03-02T15%3A00%3A00Z&to=1772463600000",
        ),
    )


def test_a_link_for_other_series_is_not_shown() -> None:
    """Its matcher says which are meant."""
    other = Link(name="a", url="https://a.example", match=Matcher(team="checkout"))
    assert links_of([other], anomaly(), None, None) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"contributors": ()},
        {"contributors": (contributor(share=0.4),)},
        {"contributors": (contributor(change="rest"),)},
        {"team": ".."},  # a browser would leave the folder
    ],
)
def test_a_link_of_which_a_value_is_missing_is_left_out(changes: dict[str, Any]) -> None:
    """A page about nothing helps nobody."""
    assert links_of([GRAFANA], anomaly(**changes), None, None) == ()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "not an address", "https://a b", "", "{team}"]
)
def test_what_is_no_address_becomes_no_link(url: str) -> None:
    """Wherever it came from."""
    assert links_of((), anomaly(), url, url) == ()


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"service": "Amazon Elastic Compute Cloud"}, "AWS Cost Explorer"),
        ({"service": "AWS Lambda"}, "AWS Cost Explorer"),
        ({"service": "Azure OpenAI Service"}, "Azure cost analysis"),
        ({"service": "BigQuery"}, "Google Cloud billing"),
        ({"service": "Virtual Machines"}, None),
        ({"service": "Amazon Bedrock", "source": "usage"}, None),
    ],
)
def test_a_cloud_is_known_by_its_services(changes: dict[str, Any], label: str | None) -> None:
    """Where the name alone does not tell it for sure, there is no link."""
    found = [
        name for name, _ in links_of((), anomaly(**{"source": "billing", **changes}), None, None)
    ]
    assert found == ([label] if label else [])


@given(st.text(max_size=300))
def test_no_name_leads_elsewhere(name: str) -> None:
    """Host and path are those of the template, and the name comes back whole."""
    template = Link(name="a", url="https://a.example/x/{team}/y?z={team}#{team}")
    for _, url in links_of([template], anomaly(team=name), None, None):
        assert is_link(url)
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc, parts.path.count("/")) == ("https", "a.example", 3)
        assert unquote(parts.fragment, errors="replace") == name[:200]


@given(st.text(max_size=60))
def test_only_ids_are_called(text: str) -> None:
    """Whatever is no id of a person or a group calls nobody."""
    called = mention(text)
    assert called is None or called in {f"<@{text}>", f"<!subteam^{text}>"}
    assert called is None or text.isalnum()


def test_each_is_called_once() -> None:
    """People and groups, in their order."""
    ids = ("S0123ABCD", "U0456", "S0123ABCD", "!channel", "<@U1>", "U0456|x")
    assert mentions(ids) == "<!subteam^S0123ABCD> <@U0456>"
