"""Shared charges and dated rules on their way through ingest: nothing is lost, and what comes again counts once."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.rules import Rules
from stream.formats import decode
from stream.formats.snapshot_header import NAME
from stream.ingest.batch import ChargeBatch, ChargeLine
from stream.ingest.fold import Folded, Folder
from stream.ingest.source import Span
from stream.money import ZERO, add
from stream.pipeline import Event, Pipeline
from stream.pricing import Pricer
from tests.stream.detect.batches import rules
from tests.stream.ingest.lines import lines_of

NOW_MS = 1_767_225_600_000  # 2026-01-01
PARTITIONS = 3
SPLIT = {
    "name": "support",
    "by": "match",
    "match": {"service": "Support"},
    "split": {"shares": {"search": 60, "checkout": 30, "ads": 10}},
    "cost_center": "4711",
    "product": "shop",
}
EVENT = {
    "specversion": "1.0",
    "type": "spendwatch.usage.v1",
    "source": "gateway",
    "id": "1",
    "time": "2025-12-15T00:00:00Z",
    "data": {"model": "gpt-4o", "service": "Support", "input_tokens": 7, "output_tokens": 5},
}
"""Usage, which is priced as it comes in."""


def known(*allocation: dict[str, Any]) -> Rules:
    text = rules().model_dump(mode="json", exclude_none=True)
    return Rules.model_validate({**text, "allocation": {"rules": allocation}})


def focus(cost: str, service: str = "Support", day: str = "2025-12-15", **more: str) -> bytes:
    row = {
        "EffectiveCost": cost,
        "BillingCurrency": "USD",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ServiceName": service,
        "ProviderName": "AWS",
        "BillingAccountId": "1",
        **more,
    }
    return json.dumps(row).encode()


def fold(by: Rules, source: str, *values: bytes, headers: Any = ()) -> Folded:
    events = [Event(at, NOW_MS, value, headers) for at, value in enumerate(values)]
    return Folder(by, PARTITIONS).fold(Span(source, 0, 1, 0, len(values)), events)


def lines(folded: Folded) -> list[tuple[str, ChargeLine, str]]:
    """Team, line and contributor of all charges, by offset."""
    found = [
        (key.team, line, batch.contributors[line.contributor])
        for batch in folded.batches
        for key, line in lines_of(batch)
    ]
    return sorted(found, key=lambda each: (each[1].offset, -each[1].cost))


def test_a_shared_charge_becomes_parts() -> None:
    """Each in its team's series, of the same service and time, marked with the rule that shares it."""
    folded = fold(known(SPLIT), "billing", focus("10.00", RegionId="eu"), focus("1", "Compute"))
    support, rest = lines(folded)[:3], lines(folded)[3:]
    assert [(team, str(line.cost)) for team, line, _ in support] == [
        ("search", "6.00"),
        ("checkout", "3.00"),
        ("ads", "1.00"),
    ]
    marks = "region=eu;account=1;cost_center=4711;product=shop;shared_from=support"
    assert {contributor for *_, contributor in support} == {marks}
    assert {line.time for _, line, _ in support} == {1_765_756_800}
    services = {key.service for batch in folded.batches for key, _ in lines_of(batch)}
    assert services == {"Support", "Compute"}
    assert [(team, contributor) for team, _, contributor in rest] == [("unallocated", "account=1")]
    assert folded.charges == 2


def test_ids_of_parts_are_distinct_and_stable() -> None:
    """A charge that comes again, at another offset, has the ids that it had; without an id it has none."""
    by = known(SPLIT)
    row = focus("10", x_LineItemId="abc")
    first, again = (
        [line.identity for _, line, _ in lines(fold(by, "billing", *values))][-3:]
        for values in ((row,), (focus("1", "Compute"), row))
    )
    assert first == again
    assert len({*first, 0}) == 4
    assert {line.identity for _, line, _ in lines(fold(by, "billing", focus("10")))} == {0}


@pytest.mark.parametrize("chunk", [1, 2, 4])
def test_a_repeat_of_a_shared_charge_counts_once(chunk: int) -> None:
    """In the same chunk or in a later one."""
    pipeline = Pipeline(known(SPLIT))
    values = [focus("10", x_LineItemId=name) for name in ("a", "b", "a", "b")]
    spend = [
        record
        for at in range(0, 4, chunk)
        for news in pipeline.feed("billing", values[at : at + chunk], NOW_MS // 1000)
        for record in news.spend
    ]
    spend += pipeline.finish().spend
    newest = {record.entry: record.cost for record in spend}
    assert sorted(newest.values()) == [Decimal(2), Decimal(6), Decimal(12)]


def test_usage_is_shared_like_money() -> None:
    """Tokens and requests stay whole, and add up, also on the short way of usual events."""
    other = {**EVENT, "data": {**EVENT["data"], "service": "llm"}, "id": "2"}  # type: ignore[dict-item]  # it is one
    values = [json.dumps(EVENT).encode(), json.dumps([EVENT, other]).encode()]
    found = lines(fold(known(SPLIT), "usage", *values))
    alone = lines(fold(known(), "usage", *values))
    assert len(found) == 7
    assert _whole(found) == _whole(alone)
    assert [team for team, *_ in found].count("unallocated") == 1


def test_rules_change_at_midnight_within_a_chunk() -> None:
    """Bills and usage alike go by the time of the charge."""
    by = known(
        {"name": "old", "by": "match", "team": "old", "until": "2025-12-15"},
        {"name": "new", "by": "match", "team": "new", "product": "shop"},
    )
    times = ("2025-12-14T23:59:59Z", "2025-12-15T00:00:00Z", "2025-12-14T00:00:00Z")
    usage = [json.dumps({**EVENT, "time": time, "id": time}).encode() for time in times]
    billed = [focus("1", day=time[:10]) for time in times]
    for source, values in (("usage", usage), ("billing", billed)):
        found = lines(fold(by, source, *values))
        assert [team for team, *_ in found] == ["old", "new", "old"]
        assert ["product=shop" in contributor for *_, contributor in found] == [True] * 3


def test_rows_of_snapshots_are_shared_too() -> None:
    """Within their scope."""
    header = json.dumps({"version": 1, "id": "a", "taken_at": NOW_MS}).encode()
    rows = (focus("10"), focus("-0.01"))
    folded = fold(known(SPLIT), "billing", *rows, headers=((NAME, header),))
    found = [
        (group.key.team, group.scope, line.offset, line.cost, batch.contributors[line.contributor])
        for batch in folded.batches
        for part in batch.snapshots
        for group in part.series
        for line in group.lines
    ]
    assert folded.charges == 2
    assert {scope for _, scope, *_ in found} == {"AWS|1|2025-12-01"}
    assert {(team, cost) for team, _, offset, cost, _ in found if offset == 0} == {
        ("search", Decimal(6)),
        ("checkout", Decimal(3)),
        ("ads", Decimal(1)),
    }
    assert sum(cost for *_, offset, cost, _ in found if offset) == Decimal("-0.01")
    assert all(contributor.endswith("shared_from=support") for *_, contributor in found)


_words = st.sampled_from(["a", "b", "c d", "Support", "eu"])
_day = st.sampled_from([None, "2025-12-14", "2025-12-15"])
_teams = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=2, unique=True)
_weight = st.sampled_from([1, 2, 33.3, 60, 1e-6, 10**9])
_split = st.builds(lambda teams: {"even": teams}, _teams) | st.builds(
    lambda teams, weights: {"shares": dict(zip(teams, weights, strict=False))},
    _teams,
    st.lists(_weight, min_size=4, max_size=4),
)
_match = st.dictionaries(st.sampled_from(["service", "region", "account"]), _words, max_size=2)
_given = st.builds(lambda split: {"split": split}, _split) | st.builds(
    lambda name, word: {name: word},
    st.sampled_from(["team", "service", "environment", "product"]),
    _words,
)
_rule = st.builds(
    lambda match, given, first: {
        "by": "match",
        "match": match,
        **given,
        **({} if first is None else {"from": first}),
    },
    _match,
    _given,
    _day,
)
_cost = st.decimals(-1000, 1000, places=6).map(str) | st.sampled_from(
    ["0.0827499841274349353", "1.81E-8", "123456789012.5", "0", "1E+6"]
)
_row = st.builds(
    lambda cost, service, region, day, tenth: focus(
        cost, service, day=f"2025-12-{day}", RegionId=region, x_LineItemId=tenth
    ),
    _cost,
    _words,
    _words,
    st.integers(13, 16),
    st.sampled_from(["", "1", "2"]),
)
_usage = st.builds(
    lambda service, tokens, model, day: json.dumps(
        {
            **EVENT,
            "time": f"2025-12-{day}T00:00:00Z",
            "data": {"service": service, "input_tokens": tokens, "model": model},
        }
    ).encode(),
    _words,
    st.integers(0, 10**6),
    st.sampled_from(["gpt-4o", "unheard-of"]),
    st.integers(13, 16),
)


@given(
    st.lists(_rule, max_size=5),
    st.one_of(
        st.tuples(st.just("billing"), st.lists(_row, max_size=8)),
        st.tuples(st.just("usage"), st.lists(_usage, max_size=8)),
    ),
)
@settings(deadline=None, max_examples=100)
def test_parts_add_up_to_the_charges(
    allocation: list[dict[str, Any]], fed: tuple[str, list[bytes]]
) -> None:
    """For every set of rules: money to the last digit, counts to the last unit, whoever has them; and always alike."""
    source, values = fed
    by = known(*({"name": str(number), **rule} for number, rule in enumerate(allocation)))
    folded = fold(by, source, *values)
    assert _by_offset(folded.batches) == _expected(by, source, values)
    assert fold(by, source, *values).batches == folded.batches
    assert folded.charges == len(values)


def _by_offset(batches: list[ChargeBatch]) -> dict[int, tuple[Decimal, list[int]]]:
    """What the lines of each offset hold together."""
    sums: dict[int, tuple[Decimal, list[int]]] = defaultdict(lambda: (ZERO, [0] * 6))
    for batch in batches:
        for _, line in lines_of(batch):
            cost, counts = sums[line.offset]
            used = line.usage or (0,) * 6
            sums[line.offset] = (
                add(cost, line.cost),
                [a + b for a, b in zip(counts, used, strict=True)],
            )
    return dict(sums)


def _expected(by: Rules, source: str, values: list[bytes]) -> dict[int, tuple[Decimal, list[int]]]:
    """What the events hold, before anybody shares them."""
    pricer = Pricer(by.pricing)
    sums = {}
    for offset, value in enumerate(values):
        (charge,) = decode(source, value).charges
        priced, used = pricer.priced(charge), charge.usage
        counts = [0] * 6
        if used is not None:
            unpriced = 0 if priced is not None else used.input_tokens + used.output_tokens
            counts = [used.requests, used.input_tokens, 0, 0, used.output_tokens, unpriced]
        sums[offset] = (ZERO if priced is None else priced.cost, counts)
    return sums


def _whole(found: list[tuple[str, ChargeLine, str]]) -> tuple[Decimal, list[int]]:
    cost = ZERO
    for _, line, _ in found:
        cost = add(cost, line.cost)
    return cost, [
        sum(column) for column in zip(*(line.usage or () for _, line, _ in found), strict=True)
    ]
