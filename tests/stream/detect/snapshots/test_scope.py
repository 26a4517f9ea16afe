"""Scopes: what their texts tell."""

import pytest

from stream.detect.snapshots.scope import family_of, period_start
from tests.stream.detect.snapshots.exports import SCOPE, START


@pytest.mark.parametrize(
    ("scope", "start"), [(SCOPE, START), ("a|b|c|2025-04-01", START), ("", 0), ("a|b|soon", 0)]
)
def test_a_scope_tells_when_its_period_begins(scope: str, start: int) -> None:
    """Its last part is the day."""
    assert period_start(scope) == start


def test_scopes_of_an_account_are_a_family() -> None:
    """Whatever their periods, and whatever is in the account's name."""
    assert family_of("AWS|1|2025-04-01") == family_of("AWS|1|2025-05-01") == "AWS|1"
    assert family_of("AWS|1|2|2025-04-01") == "AWS|1|2"
