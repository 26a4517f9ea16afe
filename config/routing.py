"""Routes: which channel hears of a team's anomalies."""

from typing import Annotated

from pydantic import AfterValidator, Field

from config.base import Frozen, Text, refused
from config.channels import Channel
from config.detection import Matcher
from config.names import unique_names


class Route(Frozen):
    """A channel for the series that match. The first route that matches wins."""

    name: Text = Field(description="name of the route, once in the list", examples=["search"])
    match: Matcher = Field(
        description="series that are meant; what is left out matches all",
        examples=[{"team": "search"}],
    )
    channel: Channel = Field(
        description="Slack channel, such as #search-alerts", examples=["#search-alerts"]
    )


def _reachable(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Refuses a route whose series all go to an earlier one."""
    hidden = [
        (i, "match")
        for i, route in enumerate(routes)
        if any(_covers(earlier.match, route.match) for earlier in routes[:i])
    ]
    if hidden:
        raise refused("never matches: an earlier route takes all of it; move it up", *hidden)
    return routes


def _covers(wide: Matcher, narrow: Matcher) -> bool:
    """Whether every pattern of ``wide`` is ``*`` or the same as that of ``narrow``."""
    return all(
        pattern == "*" or pattern.casefold() == getattr(narrow, name).casefold()
        for name, pattern in wide
    )


class Routing(Frozen):
    """Routes in order; what none matches goes to the default channel."""

    default_channel: Channel = Field(
        description="Slack channel for what no route matches", examples=["#cloud-spend"]
    )
    routes: Annotated[
        tuple[Route, ...], AfterValidator(unique_names), AfterValidator(_reachable)
    ] = Field(default=(), description="tried in order; the first that matches wins")
