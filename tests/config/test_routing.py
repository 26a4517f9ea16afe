"""Routes that can never match are refused."""

import pytest
from pydantic import ValidationError

from config.route import Route
from config.route_match import RouteMatch as Matcher
from config.routing import Routing


def _routing(*matchers: Matcher) -> Routing:
    routes = [Route(name=str(i), match=one, channel="#a") for i, one in enumerate(matchers)]
    return Routing(default_channel="#a", routes=tuple(routes))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Matcher(), Matcher(team="search")),
        (Matcher(team="search"), Matcher(team="Search", source="usage")),
        (Matcher(service="Amazon*"), Matcher(service="amazon*", charge_kind="tax")),
    ],
)
def test_a_route_behind_one_that_takes_all_of_it_is_refused(
    earlier: Matcher, later: Matcher
) -> None:
    """The wide route goes last."""
    with pytest.raises(ValidationError, match="never matches"):
        _routing(earlier, later)
    assert len(_routing(later, earlier).routes) == 2


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Matcher(team="search"), Matcher(team="checkout")),
        (Matcher(team="search", source="usage"), Matcher(team="search")),
        (Matcher(team="search"), Matcher(source="usage")),
        (Matcher(environment=""), Matcher()),
    ],
)
def test_routes_that_still_get_something_are_kept(earlier: Matcher, later: Matcher) -> None:
    """A later route may be wider, or overlap in part."""
    assert len(_routing(earlier, later).routes) == 2
