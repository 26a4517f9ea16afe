"""What is usual within a series is told of any cost, also after a restart."""

from decimal import Decimal

import pytest

from detectors.measures import Measures
from stream.detect.bucket import OpenBucket, Totals
from stream.detect.usual import Usual

SHARES = {"model=gpt-4o": 3.0, "region=eu": 4.0}
MODELS = {"gpt-4o": Measures(requests=20, input_tokens=1000, cost=4.0)}


def _bucket(*, models: bool) -> OpenBucket:
    totals = Totals(Decimal(4), 1, 20)
    return OpenBucket(totals, {}, models=MODELS if models else {})


def _learned(*, models: bool = True) -> Usual:
    usual = Usual()
    usual.learn(_bucket(models=models), SHARES, 4.0)
    return usual


def test_shares_and_requests_grow_with_the_cost() -> None:
    """Twice the cost is twice of everything."""
    usual = _learned()
    assert usual.shares(8.0) == pytest.approx({"model=gpt-4o": 6.0, "region=eu": 8.0})
    assert usual.requests(8.0) == pytest.approx(40)
    assert usual.use(_bucket(models=True), 8.0)[1]["gpt-4o"].requests == pytest.approx(40)


def test_use_is_not_compared_where_none_is_known() -> None:
    """A series that measured no use before says nothing of it, but for one that begins."""
    usual = _learned(models=False)
    assert usual.use(_bucket(models=True), 4.0) == ({}, {})
    assert usual.use(_bucket(models=True), 0.01) == (MODELS, {})


@pytest.mark.parametrize("models", [False, True])
def test_a_restart_changes_nothing(models: bool) -> None:  # noqa: FBT001 - a case of a table
    """What is read is what was kept; no use is kept where none is measured."""
    usual = _learned(models=models)
    again = Usual.of(usual.state())
    assert again.state() == usual.state()
    assert again.shares(8.0) == usual.shares(8.0)
    assert bool(usual.state()[2]) is models
