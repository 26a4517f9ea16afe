"""The simulated company: legible to the pipeline, the same for the same seed, and with what it hides."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import msgspec
import pytest

import stream.demo
from alerting.routing.tree import targets_of
from config.loader import load_rules
from stream.allocation import Allocator
from stream.charge import Charge
from stream.demo.company import END, HIDDEN, SimulatedEvent, hidden_events, simulate
from stream.demo.rhythm import DAY
from stream.formats import decode
from stream.pricing import Pricer

RULES = load_rules(Path(stream.demo.__path__[0], "company.rules.yaml"))
TEAMS = {"search", "checkout", "customer-care", "data-platform", "recommendations", "platform"}
STORM, SCALE_UP = HIDDEN


@cache
def week() -> tuple[SimulatedEvent, ...]:
    return tuple(simulate(1, END))


@cache
def charges(topic: str) -> tuple[Charge, ...]:
    """What the formats read from the week; nothing of it may be refused."""
    read = [
        decode(event.topic, event.value, event.headers) for event in week() if event.topic == topic
    ]
    assert [refused for one in read for refused in one.refused] == []
    return tuple(charge for one in read for charge in one.charges)


def team_of(charge: Charge) -> str:
    return Allocator(RULES.allocation).owner(charge.dimensions).team


def mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return sum(found) / len(found)


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A demo can be repeated: nothing in it depends on chance or on the clock."""
    assert tuple(simulate(1, END)) == week()


def test_another_seed_gives_other_amounts_and_other_times() -> None:
    """The seed chooses the noise, and when the storm begins."""
    assert next(simulate(1, END, seed=8)).value != week()[0].value
    assert hidden_events(END, seed=8)[0].start != STORM.start


@pytest.mark.parametrize(
    "end",
    [END, datetime(2026, 3, 4, 15, 20, 30, tzinfo=UTC)],
    ids=["at midnight", "within an hour"],
)
def test_events_come_in_the_order_of_their_times(end: datetime) -> None:
    """Times never go back, and all lie in the weeks before the end."""
    times = [event.time for event in simulate(1, end)]

    assert all(one <= next_one for one, next_one in pairwise(times))
    assert times[0] >= int((end - timedelta(weeks=1)).timestamp()) - 60
    assert times[-1] < int(end.timestamp())


def test_an_hour_that_is_not_over_is_not_billed() -> None:
    """The bill ends with the last full hour before the end."""
    end = datetime(2026, 3, 4, 15, 20, tzinfo=UTC)
    billed = [event.time for event in simulate(1, end) if event.topic == "billing"]

    assert datetime.fromtimestamp(max(billed), UTC) == datetime(2026, 3, 4, 14, tzinfo=UTC)


def test_event_ids_are_unique() -> None:
    """No two events of one source have the same identity, so that none is dropped as a repeat."""
    for topic in ("billing", "usage"):
        identities = [charge.charge_id for charge in charges(topic)]
        assert len(identities) == len(set(identities))


def test_three_weeks_are_at_most_250000_events_of_usage() -> None:
    """The demo stays a matter of minutes."""
    number = sum(event.topic == "usage" for event in simulate(3, END))
    assert 200_000 < number <= 250_000


def test_costs_of_the_bill_are_exact() -> None:
    """An amount has at most six decimals, so that the sum of the bill is known to the last digit."""
    costs = [charge.cost for charge in charges("billing")]

    assert all(cost is not None and cost == round(cost, 6) for cost in costs)
    assert sum(filter(None, costs)) > Decimal(20_000)


def test_every_model_has_a_price() -> None:
    """The traffic names models of the public price list, and leaves their cost to the pipeline."""
    pricer = Pricer(RULES.pricing)
    first = {charge.dimensions.service: charge for charge in charges("usage")}

    assert len(first) == 8
    assert all(charge.cost is None for charge in first.values())
    assert all((pricer.price(charge) or 0) > 0 for charge in first.values())


def test_the_rules_find_an_owner_by_tag_account_and_key() -> None:
    """Each of the company's ways to say whose spend it is works, and a little is left unallocated."""
    allocator = Allocator(RULES.allocation)
    owners = [
        allocator.owner(charge.dimensions) for charge in (*charges("billing"), *charges("usage"))
    ]

    assert {owner.team for owner in owners} == {*TEAMS, "unallocated"}
    assert {owner.rule for owner in owners} == {
        "owner-tags",
        "accounts-and-projects",
        "gateway-keys",
        "",
    }
    assert {owner.environment for owner in owners} == {"production", "staging", ""}


def test_every_team_has_a_channel() -> None:
    """No team of the company is left to the default channel."""
    told = {team: targets_of(RULES, {"team": team}, ["slack"]) for team in TEAMS}
    assert {
        team: [place.address for one in targets for place in one.places]
        for team, targets in told.items()
    } == {team: [f"#team-{team}"] for team in TEAMS}


@pytest.mark.parametrize(
    ("days", "fees"), [(range(1), 1), (range(1, 31), 0)], ids=["on the first", "on other days"]
)
def test_the_support_fee_comes_on_the_first_of_a_month(days: range, fees: int) -> None:
    """It is a purchase that recurs, for the whole month."""
    found = [
        msgspec.json.decode(event.value)
        for event in simulate(5, datetime(2026, 7, 1, tzinfo=UTC))
        if event.topic == "billing" and b'"Recurring"' in event.value
        and datetime.fromtimestamp(event.time, UTC).day - 1 in days
    ]  # fmt: skip

    assert len(found) == fees
    for fee in found:
        assert (fee["ChargePeriodStart"], fee["ChargePeriodEnd"]) == (
            "2026-06-01T00:00:00Z",
            "2026-07-01T00:00:00Z",
        )
        assert (fee["ChargeCategory"], fee["EffectiveCost"]) == ("Purchase", 480)


def test_the_storm_is_on_the_second_last_day() -> None:
    """It lies wholly within that day."""
    assert STORM.start.date() == (STORM.end - timedelta(seconds=1)).date()
    assert STORM.start.date() == (END - timedelta(days=2)).date()
    assert STORM.end - STORM.start == timedelta(minutes=115)


def test_the_storm_climbs_to_five_times_the_requests_and_ends() -> None:
    """Twice, then 3.5 times, then five times the usual requests; afterwards all is as before."""
    minutes: dict[int, int] = {
        charge.time: charge.usage.requests
        for charge in charges("usage")
        if charge.dimensions.service == STORM.service and charge.usage is not None
    }
    begins = int(STORM.start.timestamp())

    def requests(first: int, last: int) -> float:
        return mean(minutes.get(begins + 60 * minute, 0) for minute in range(first, last))

    usual = requests(-60, 0)
    steps = [requests(*step) / usual for step in ((0, 5), (5, 10), (10, 15), (15, 115), (115, 150))]
    assert steps == pytest.approx([2, 3.5, 5, 5, 1], rel=0.25)


def test_output_per_request_falls_in_the_storm() -> None:
    """Requests that are given up half-way bring little: more requests, not longer answers, cost."""
    per_request: dict[bool, list[float]] = defaultdict(list)
    for charge in charges("usage"):
        if charge.dimensions.service == STORM.service and charge.usage is not None:
            within = STORM.start.timestamp() <= charge.time < STORM.end.timestamp()
            per_request[within].append(charge.usage.output_tokens / charge.usage.requests)

    assert mean(per_request[True]) / mean(per_request[False]) == pytest.approx(0.35, rel=0.05)


def test_the_scaled_service_stays_at_two_and_a_half_times_its_cost() -> None:
    """From five days before the end on, and to the end."""
    begins = int(SCALE_UP.start.timestamp())
    costs: dict[bool, list[float]] = defaultdict(list)
    for charge in charges("billing"):
        if charge.dimensions.service == SCALE_UP.service:
            costs[charge.time >= begins].append(float(charge.cost or 0))

    assert (END - SCALE_UP.start).days == 4
    assert mean(costs[True]) / mean(costs[False]) == pytest.approx(2.5, rel=0.12)
    assert mean(costs[True][-24:]) / mean(costs[True][:24]) == pytest.approx(1, rel=0.2)


def test_nothing_else_jumps() -> None:
    """But for the hidden ones, a line's cost and a feature's requests move by less than half in a day."""
    sums: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for charge in (*charges("billing"), *charges("usage")):
        amount = charge.usage.requests if charge.usage else float(charge.cost or 0)
        sums[charge.dimensions.service, charge.dimensions.resource][charge.time // DAY] += amount

    jumps = {
        service
        for (service, _), days in sums.items()
        for one, next_one in pairwise(days[day] for day in sorted(days))
        if next_one > 1.5 * one
    }
    assert jumps == {SCALE_UP.service}


def test_hidden_events_name_the_owner_that_the_rules_find() -> None:
    """What the demo looks for is the series that the pipeline makes of it."""
    teams = {
        event.service: {
            team_of(charge)
            for charge in islice(
                (one for one in charges(event.source) if one.dimensions.service == event.service), 5
            )
        }
        for event in HIDDEN
    }
    assert teams == {event.service: {event.team} for event in HIDDEN}


@pytest.mark.parametrize(
    ("weeks", "end"),
    [(0, END), (1, END.replace(tzinfo=None))],
    ids=["no weeks", "an end without a time zone"],
)
def test_senseless_arguments_are_refused(weeks: int, end: datetime) -> None:
    """At once, and not only when the first event is asked for."""
    with pytest.raises(ValueError, match="simulate"):
        simulate(weeks, end)
