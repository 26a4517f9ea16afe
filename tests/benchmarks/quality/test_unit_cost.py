"""Rises of unit cost that are put into traffic."""

import pytest

from benchmarks.quality.metered import KINDS, STEP, WINDOW, Client, Metered, rises

PRICES = (2.0, 8.0)


def _client() -> Client:
    each = (1000 * PRICES[0] + 250 * PRICES[1]) / 1000
    return Client(
        "m/1", PRICES, [Metered(place * STEP, 100, 1000, 250, each) for place in range(2000)]
    )


def test_the_same_seed_gives_the_same_rises() -> None:
    """So every run measures the same, and another seed another thing."""
    assert list(rises(_client(), 1, 2)) == list(rises(_client(), 1, 2))
    assert list(rises(_client(), 1, 2)) != list(rises(_client(), 2, 2))


@pytest.mark.parametrize(
    ("kind", "least", "most", "requests"),
    [
        ("cache lost", 2.0, 5.5, 100),  # half of the cost times 3 to 10
        ("answers doubled", 1.5, 1.5, 50),
        ("dearer model", 3.0, 3.0, 50),
    ],
)
def test_the_kinds_have_their_shapes(kind: str, least: float, most: float, requests: int) -> None:
    """The cost of a request rises by what the kind says, at as many or half as many requests."""
    found = [rise for rise in rises(_client(), 1, 3) if rise.kind == kind]
    assert len(found) == 3
    for rise in found:
        assert least - 1e-9 <= rise.factor <= most + 1e-9
        assert len(rise.buckets) == WINDOW
        assert {bucket.requests for bucket in rise.buckets} == {requests}


def test_every_kind_comes_after_a_week() -> None:
    """Before it a client is not known."""
    assert {rise.kind for rise in rises(_client(), 1, 1)} == set(KINDS)
    assert all(rise.start * STEP >= 7 * 86_400 for rise in rises(_client(), 1, 3))
