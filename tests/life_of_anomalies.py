"""What holds of every record of an anomaly that is ever told, whatever came before it."""

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

import msgspec

from alerting.anomaly import Anomaly
from alerting.money import total_of
from alerting.render.anomaly import render_anomaly
from alerting.render.blocks import slack_blocks

_SHARES = 1e-6


def assert_lives_are_sound(told: Iterable[Anomaly], *, over: bool = False) -> None:
    """Each record adds up by itself, and follows the one before it of the same anomaly.

    Args:
        told: records in the order in which they were told.
        over: whether so much time passed that none may be open any more.
    """
    last: dict[str, Anomaly] = {}
    for one in told:
        assert_adds_up(one)
        before = last.get(one.anomaly_id)
        assert one.revision == (1 if before is None else before.revision + 1), one
        if before is not None:
            assert_follows(before, one)
        last[one.anomaly_id] = one
    if over:
        assert [one for one in last.values() if one.state == "open"] == []


def assert_adds_up(one: Anomaly) -> None:
    """Money, times and numbers of one record."""
    assert one.actual - one.expected == one.impact
    for _, group in groupby(one.contributors, key=lambda row: row.dimension):
        rows = list(group)
        assert total_of(row.impact for row in rows) == one.impact, one
        assert total_of(row.actual for row in rows) == one.actual, one
        assert abs(sum(row.share for row in rows) - 1) < _SHARES
        assert all(row.actual - row.expected == row.impact for row in rows)
    assert len({row.dimension for row in one.contributors}) == len(
        [name for name, _ in groupby(one.contributors, key=lambda row: row.dimension)]
    )
    if one.split:
        assert total_of(row.impact for row in one.split) == one.impact, one
    if one.state != "retracted":
        assert (one.impact > 0) == (one.direction == "up"), one
        assert one.impact != 0
    assert one.started_at < one.updated_at
    assert one.detected_at <= one.updated_at
    assert (one.ended_at is None) == (one.state == "open")
    assert one.ended_at is None or one.started_at < one.ended_at <= one.updated_at, one
    if one.recovered_at is not None:
        assert one.state == "open"
        assert one.charge_kind == "usage"
        assert one.started_at < one.recovered_at < one.updated_at, one
    assert all(math.isfinite(number) for number in numbers_of(msgspec.to_builtins(one)))
    assert all(number.is_finite() for number in decimals_of(one))
    slack_blocks(render_anomaly(one))


def assert_follows(before: Anomaly, after: Anomaly) -> None:
    """What is over stays over, unless late charges or its end say otherwise."""
    assert after.direction == before.direction
    assert after.series == before.series
    assert after.updated_at >= before.updated_at, (before, after)
    assert after.detected_at >= before.detected_at, (before, after)
    if before.state != "open":
        assert after.state != "open", (before, after)


def numbers_of(value: Any) -> Iterator[float]:
    """All floats within."""
    match value:
        case float():
            yield value
        case dict():
            for each in value.values():
                yield from numbers_of(each)
        case list() | tuple():
            for each in value:
                yield from numbers_of(each)


def decimals_of(one: Anomaly) -> Iterator[Decimal]:
    """The money of a record."""
    yield from (one.actual, one.expected, one.impact, one.impact_per_day, one.restated)
    if one.outlook is not None:
        by = one.outlook.impact_by_day_end, one.outlook.impact_by_month_end
        yield from (amount for amount in by if amount is not None)
        for estimate in (one.outlook.day, one.outlook.month):
            yield from (estimate.expected, estimate.lower, estimate.upper)
