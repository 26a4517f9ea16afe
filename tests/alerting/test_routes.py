"""Routes."""

from typing import Any

import pytest
from alerting_examples import KEY, anomaly

from alerting.routes import channel_for
from config.routing import Routing

ROUTING = Routing.model_validate(
    {
        "default_channel": "#cloud-spend",
        "routes": [
            {"name": "dev", "match": {"environment": "dev*"}, "channel": "#dev-null"},
            {"name": "search", "match": {"team": "search"}, "channel": "#search-alerts"},
        ],
    }
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({}, ("#search-alerts", "search")),
        ({"environment": "dev-2"}, ("#dev-null", "dev")),
        ({"team": "ads"}, ("#cloud-spend", "default")),
    ],
)
def test_first_match_wins(names: dict[str, Any], expected: tuple[str, str]) -> None:
    """The first route that matches gives the channel; what none matches goes to the default."""
    assert expected == channel_for(ROUTING, anomaly(**names))


def test_keys_have_routes_too() -> None:
    """A series has a channel before it has an anomaly."""
    assert channel_for(ROUTING, KEY)[1] == "search"
