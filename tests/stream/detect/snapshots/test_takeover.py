"""Differences: what a series has more than before, over all the scopes that it is in."""

from copy import deepcopy
from decimal import Decimal

import pytest

from stream.detect.bucket import OpenBucket, Totals
from stream.detect.snapshots.takeover import differences
from tests.stream.detect.snapshots.exports import SCOPE, Row

KEY = Row(SCOPE, "search", 0, Decimal(0)).key


def bucket(cost: str, region: str) -> OpenBucket:
    return OpenBucket(Totals(Decimal(cost), charges=1), {f"region={region}": float(cost)})


def test_scopes_of_a_series_are_added_up() -> None:
    """Before and after; what is staged of each stays as it is."""
    old = [{0: Totals(Decimal(1), charges=2)}, {0: Totals(Decimal(2), charges=1)}]
    new = [{0: bucket("3", "eu")}, {0: bucket("6", "us")}]
    staged = deepcopy(new)
    (told,) = differences(KEY, old, new)
    assert told.delta.totals == Totals(Decimal(6), charges=-1)
    assert told.delta.contributors == pytest.approx({"region=eu": 2.0, "region=us": 4.0})
    assert new == staged


def test_each_count_has_its_own_difference() -> None:
    """All fields of the totals, whichever there are."""
    names = [name for name in Totals.__struct_fields__ if name != "cost"]
    before = Totals(Decimal("0.1"), *range(len(names)))
    after = Totals(Decimal("0.3"), *(number * number for number in range(len(names))))
    (told,) = differences(KEY, [{0: before}], [{0: OpenBucket(after, {})}])
    assert told.delta.totals.plus(before) == after
    assert told.delta.contributors == {"other": pytest.approx(0.2)}


def test_what_did_not_change_is_not_told() -> None:
    """Nor is an amount that is written otherwise."""
    assert differences(KEY, [{0: Totals(Decimal("3.00"), 1)}], [{0: bucket("3", "eu")}]) == []
