"""Owners as they are written."""

import pytest
from pydantic import ValidationError
from routing_rules import rules_of

from config.owners import Owner


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"on_call": "@oncall"}, "no id of Slack"),
        ({"members": ["S0ONCALL", "u0small"]}, "no id of Slack"),
        ({"channel": None}, "in quotes"),
        ({"channel": "search"}, "no Slack channel"),
        ({"fallback": "search"}, "no Slack channel"),
        ({"email": "search"}, "no mail address"),
        ({"email": ["a@example.com, b@example.com"]}, "no mail address"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "no mail address"),
        ({"runbook": "wiki/search"}, "no link"),
        ({"runbook": "javascript:alert(1)"}, "no link"),
        ({"teams": "https://example.com/secret"}, "no name of a webhook"),
        ({"call_from": "urgent"}, "'low', 'medium', 'high' or 'critical'"),
        ({"escalation": {"after": "30m"}}, "calls nobody"),
        ({"escalation": {"after": "0s", "channel": "#sre"}}, "no time at all"),
        ({"escalation": {"channel": "#sre"}}, "Field required"),
    ],
)
def test_what_nobody_can_be_reached_by_is_refused(fields: dict[str, object], said: str) -> None:
    """Ids, addresses and links have their form."""
    with pytest.raises(ValidationError, match=said):
        Owner.model_validate({"team": "search", **fields})


def test_a_team_has_one_owner() -> None:
    """Also if it is spelled otherwise."""
    with pytest.raises(ValidationError, match="write each team once"):
        rules_of("", "[{team: search}, {team: Search}]")
