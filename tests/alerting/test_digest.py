"""The digest's numbers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import msgspec
import pytest
from alerting_examples import NOON, anomaly, spend
from hypothesis import given
from hypothesis import strategies as st

from alerting.digest import Digest, build_digest
from alerting.spend import SpendRecord
from config.digest import DigestRules

DAY = date(2026, 3, 2)
RULES = DigestRules(channel="#finops")
WEEK = timedelta(days=7)


def build(records: list[SpendRecord], anomalies: Any = ()) -> Digest:
    return build_digest(DAY, records, anomalies, RULES)


def test_teams_add_up_by_amount() -> None:
    """Teams are listed the dearest first, with their exact amounts, and add up to the total."""
    digest = build([spend("1.005"), spend("2.25", team="ads"), spend("1", team="infra")])

    (one,) = digest.currencies
    assert Decimal("4.255") == one.total
    assert [(team.team, str(team.cost)) for team in one.teams] == [
        ("ads", "2.25"),
        ("search", "1.005"),
        ("infra", "1"),
    ]


def test_only_the_day_counts() -> None:
    """Buckets belong to the UTC day in which they begin."""
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    late = midnight + timedelta(hours=23, minutes=59)
    around = [midnight - timedelta(seconds=1), midnight + timedelta(days=1)]

    digest = build(
        [spend("1", at=at) for at in (midnight, late)] + [spend("9", at=at) for at in around]
    )

    assert [Decimal(2)] == [one.total for one in digest.currencies]


def test_newest_revision_counts_in_any_order() -> None:
    """Of several revisions of an entry the newest counts, and repeats count once."""
    revisions = [spend(str(n), revision=n) for n in (3, 1, 2, 3)]

    for some_order in permutations(revisions):
        assert [Decimal(3)] == [one.total for one in build(list(some_order)).currencies]


def test_currencies_are_never_mixed() -> None:
    """Each currency is a statement of its own, anomalies included."""
    digest = build(
        [spend("1"), spend("2", currency="EUR")],
        [anomaly(), anomaly(anomaly_id="A-E", currency="EUR")],
    )

    assert [("EUR", Decimal(2), ("A-E",)), ("USD", Decimal(1), ("A-EXAMPLE234",))] == [
        (one.currency, one.total, tuple(line.anomaly_id for line in one.opened))
        for one in digest.currencies
    ]


def test_forecast_covers_what_had_one() -> None:
    """Cost is compared with forecast only over the buckets that had a forecast."""
    hour = timedelta(hours=1)
    digest = build([spend("5", expected=4.0), spend("7", at=NOON + hour)])

    (one,) = digest.currencies
    assert (Decimal(12), Decimal(5), Decimal(4)) == (one.total, one.forecast_cost, one.expected)
    assert (
        build([spend("5")]).currencies[0].expected,
        build([spend("5")]).currencies[0].forecast_cost,
    ) == (None, None)


def test_a_forecast_of_nothing_is_a_forecast() -> None:
    """A bucket expected to cost nothing is compared; one without a forecast is not."""
    (one,) = build([spend("5", expected=0.0)]).currencies

    assert (one.forecast_cost, one.expected) == (Decimal(5), Decimal(0))


def test_same_day_last_week() -> None:
    """Teams are compared with the same weekday; who was there then and is not now is listed too."""
    digest = build(
        [spend("5"), spend("4", at=NOON - WEEK), spend("3", team="gone", at=NOON - WEEK)]
    )

    (one,) = digest.currencies
    assert Decimal(7) == one.week_ago
    assert [(t.team, t.cost, t.week_ago) for t in one.teams] == [
        ("search", Decimal(5), Decimal(4)),
        ("gone", Decimal(0), Decimal(3)),
    ]


def test_a_first_week_has_nothing_to_compare() -> None:
    """Where nobody spent anything a week ago, nothing is said of it; zero is something else."""
    (one,) = build([spend("5")]).currencies

    assert (one.week_ago, one.teams[0].week_ago) == (None, None)


def test_unallocated_unpriced_and_late_are_said() -> None:
    """What nobody owns, what has no price and what came late is counted, and the first and last are in the total."""
    late = spend("2", entry="x|late-1", late=True)
    digest = build([spend("1", team="unallocated", unpriced_tokens=500), spend("1"), late])

    (one,) = digest.currencies
    assert (Decimal(1), 0.25) == (one.unallocated, one.unallocated_share)
    assert (500, 1, Decimal(2), Decimal(4)) == (
        one.unpriced_tokens,
        one.late_entries,
        one.late_cost,
        one.total,
    )


@pytest.mark.parametrize(
    ("changes", "opened", "still_open"),
    [
        ({}, 1, 0),
        ({"detected_at": NOON - WEEK}, 0, 1),
        ({"detected_at": NOON - WEEK, "state": "resolved", "ended_at": NOON}, 0, 0),
        ({"state": "resolved", "ended_at": NOON + timedelta(hours=3)}, 1, 0),
        ({"detected_at": NOON + timedelta(days=1)}, 0, 0),
    ],
)
def test_anomalies_of_the_day(changes: dict[str, Any], opened: int, still_open: int) -> None:
    """Anomalies count on the day they were detected, and after it while they are open."""
    (one,) = build([spend("1")], [anomaly(**changes)]).currencies

    assert (opened, still_open) == (len(one.opened), len(one.still_open))


def test_newest_revision_of_an_anomaly_is_told() -> None:
    """An anomaly is listed once, as it is now."""
    now = anomaly(revision=2, state="resolved", ended_at=NOON + WEEK, impact=Decimal(99))

    (one,) = build([spend("1")], [now, anomaly()]).currencies

    assert [("resolved", Decimal(99))] == [(line.state, line.impact) for line in one.opened]


def test_an_empty_day_has_no_currency() -> None:
    """A day without any record is told apart from a day that cost nothing."""
    assert build([]).currencies == ()
    assert Decimal(0) == build([spend("0")]).currencies[0].total


def test_is_json() -> None:
    """A digest survives being written as JSON, with its amounts exact and its version named."""
    digest = build([spend("1.005", expected=3.0), spend("2", at=NOON - WEEK)], [anomaly()])
    text = msgspec.json.encode(digest)

    assert digest == msgspec.json.decode(text, type=Digest)
    assert b'"schema_version":"1"' in text


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.decimals(-1000, 1000, places=6)), max_size=30)
)
def test_teams_always_add_up(rows: list[tuple[str, Decimal]]) -> None:
    """The exact amounts of all teams are the exact total, and that is the sum of the records."""
    records = [spend(str(cost), team=team, entry=f"{at}") for at, (team, cost) in enumerate(rows)]

    for one in build(records).currencies:
        assert sum((cost for _, cost in rows), Decimal(0)) == one.total
        assert sum((team.cost for team in one.teams), Decimal(0)) == one.total
