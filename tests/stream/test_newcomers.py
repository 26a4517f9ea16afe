"""New services are told, once each, and only where their source is known: from events to anomalies."""

import json
from datetime import timedelta

import pytest

from alerting.anomaly import Anomaly
from alerting.render.anomaly import render_anomaly
from stream.detect.limits import OTHER
from stream.formats.snapshot_header import SnapshotHeader
from stream.pipeline import Pipeline
from tests.life_of_anomalies import assert_lives_are_sound
from tests.stream.company_bill import (
    DAY,
    NOW,
    Deployment,
    Line,
    bill,
    newest,
    owned,
    through_pipeline,
    told,
)

USUAL = (Line("Compute", 20), Line("Storage", 5, team="data"))
GPT = Line("GPT-5", 2, first=10 * DAY + 9)


def titles(anomalies: list[Anomaly]) -> list[str]:
    return [render_anomaly(one).text for one in newest(anomalies)]


def test_a_service_that_begins_is_told_with_what_it_spends_a_day() -> None:
    """Against nothing, with all that it is made of, from its first bucket on."""
    (first, *later) = through_pipeline([*USUAL, GPT], 10 * DAY + 16)
    assert (first.channel, first.state, first.expected, first.revision) == ("new", "open", 0, 1)
    assert render_anomaly(first).text == (
        "Opened ▲ new: search · GPT-5 began to spend at $49.04 a day"
    )
    assert 10 <= first.actual < 13
    assert {(one.dimension, one.value, one.expected) for one in first.contributors} >= {
        ("sku", "sku-GPT-5", 0)
    }
    assert {one.anomaly_id for one in later} <= {first.anomaly_id}


def test_it_is_over_after_its_first_day() -> None:
    """What it spends from then on is usual."""
    (last,) = newest(through_pipeline([*USUAL, GPT], 14 * DAY))
    assert last.state == "resolved"
    assert render_anomaly(last).text == (
        f"Resolved ▲ new: search · GPT-5 began to spend, ${last.impact:.2f} in all"
    )
    assert last.ended_at == last.started_at + timedelta(days=1)
    assert 47 < last.impact < 51


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        (GPT._replace(hourly=0.5), True),
        (GPT._replace(hourly=0.4), False),  # 9.8 in a day
        (GPT._replace(hourly=12, until=GPT.first + 1), True),
        (GPT._replace(hourly=9, until=GPT.first + 1), False),  # $216 a day for an hour
        (GPT._replace(first=6 * DAY), False),  # a source that is known for six days
        (GPT._replace(first=8 * DAY), True),
        (GPT._replace(team="other"), True),
    ],
)
def test_what_is_worth_telling(line: Line, *, is_told: bool) -> None:
    """A day's spend of the threshold, in a source that is known for a week."""
    anomalies = through_pipeline([*USUAL, line], 13 * DAY)
    assert [one.channel for one in newest(anomalies)] == ["new"] * is_told


def test_how_long_a_source_must_be_known_can_be_set() -> None:
    """By ``new_after``."""
    young = GPT._replace(first=2 * DAY)
    assert newest(through_pipeline([*USUAL, young], 4 * DAY, new_after="1d"))
    assert not newest(through_pipeline([*USUAL, GPT], 13 * DAY, new_after="30d"))


def test_kin_that_begin_in_the_same_hours_are_one_piece_of_news() -> None:
    """Production and staging, and the fee beside them; another team's is its own."""
    lines = [
        GPT,
        GPT._replace(environment="staging", first=GPT.first + 3),
        GPT._replace(hourly=900, category="Purchase", every=10_000, first=GPT.first + 7),
        GPT._replace(team="ads"),
    ]
    found = newest(through_pipeline([*USUAL, *lines], 14 * DAY))
    assert {(one.team, one.environment) for one in found} == {
        ("search", "production"),
        ("ads", "production"),
    }


def test_an_environment_that_follows_days_later_is_news_again() -> None:
    """It is not of the same hours."""
    staging = GPT._replace(environment="staging", first=GPT.first + 3 * DAY)
    found = newest(through_pipeline([*USUAL, GPT, staging], 16 * DAY))
    assert [one.environment for one in found] == ["production", "staging"]


def caught_up(lines: list[Line], hours: int) -> list[Anomaly]:
    """What is told where a worker stood still from the tenth day until so many hours after GPT began, and goes on."""
    deployment, until = Deployment(), GPT.first + hours
    for day in range(10):
        deployment.feed(bill(lines, day * DAY, day * DAY + DAY))
    deployment.feed(bill(lines, 10 * DAY, until))
    deployment.feed(bill(lines, until, 13 * DAY))
    return deployment.anomalies


def test_a_first_day_that_is_told_behind_another_anomaly_is_over_at_once() -> None:
    """A worker that catches up sees the second day before it tells the first one."""
    surge = GPT._replace(first=GPT.first + 26, until=GPT.first + 30, hourly=900)
    anomalies = caught_up([*USUAL, GPT, surge], 29)
    assert_lives_are_sound(anomalies, over=True)
    assert [one.started_at.hour for one in newest(anomalies)] == [11, 9]


@pytest.mark.parametrize("credit", [-90, -40])
def test_what_a_credit_takes_back_before_it_is_told_is_no_news(credit: float) -> None:
    """What is left is less than what is worth telling."""
    back = GPT._replace(first=GPT.first + 10, until=GPT.first + 11, hourly=credit)
    assert not caught_up([*USUAL, GPT, back], 15)


def test_it_is_told_where_it_leads() -> None:
    """As any open anomaly."""
    first = through_pipeline([*USUAL, GPT], 10 * DAY + 16)[0]
    assert first.outlook is not None
    assert first.outlook.month_to_date == first.actual


@pytest.mark.parametrize(("amount", "is_told"), [(145, False), (480, True)])
def test_a_fee_is_news_if_it_is_large(amount: float, *, is_told: bool) -> None:
    """It pays for a month: thirty days of the threshold."""
    fee = Line("Support", amount, first=10 * DAY, category="Purchase", every=10_000)
    found = newest(through_pipeline([*USUAL, fee], 13 * DAY))
    assert (
        titles(found)
        == ["Resolved ▲ new: search · Support began with a purchase of $480.00"] * is_told
    )


@pytest.mark.parametrize("horizon", ["1d", "14d", "35d"])
@pytest.mark.parametrize("months", [1, 3])
def test_a_fee_that_comes_again_is_news_once(horizon: str, months: int) -> None:
    """By the month and by the quarter, however short buckets are restated."""
    days = [10 + 31 * month for month in range(0, 7, months)]
    fees = [
        Line("Support", 480, first=day * DAY, until=day * DAY + 1, category="Purchase")
        for day in days
    ]
    found = newest(through_pipeline([*USUAL, *fees], 210 * DAY, horizon=horizon))
    assert [(one.channel, one.started_at.day) for one in found] == [("new", 11)]


def test_two_months_that_are_loaded_are_no_flood() -> None:
    """Fifty services from the first day on are not new, in whatever order their rows come."""
    lines = [Line(f"Service-{number}", 2 + number) for number in range(12)]
    assert not through_pipeline(lines, 60 * DAY)
    pipeline = Deployment()
    for line in lines:  # sorted by service, as some exports are
        pipeline.feed(bill([line], 0, 30 * DAY))
    pipeline.feed(bill(lines, 30 * DAY, 33 * DAY))
    assert not pipeline.anomalies


def test_a_series_that_comes_back_after_it_ended_is_news() -> None:
    """After two weeks without a charge it is forgotten what it cost."""
    back = GPT._replace(first=40 * DAY)
    lines = [*USUAL, GPT._replace(first=0, until=9 * DAY), back]
    found = newest(through_pipeline(lines, 43 * DAY, horizon="35d"))
    assert [one.channel for one in found] == ["ended", "new"]
    assert newest(through_pipeline(lines, 43 * DAY, horizon="1d"))[-1].channel == "new"


def test_what_is_beyond_the_limits_is_never_new() -> None:
    """Nobody owns it, and it is many."""
    limited = owned()
    limited = limited.model_copy(update={"limits": limited.limits.model_copy(update={"series": 2})})
    pipeline = Pipeline(limited)
    found = told(pipeline.feed("billing", bill([*USUAL, GPT], 0, 13 * DAY), 2_000_000_000))
    assert any(key.team == OTHER for key in pipeline.series)
    assert not found


@pytest.mark.parametrize("every", [1, 5, 24])
def test_a_restart_changes_nothing(every: int) -> None:
    """Wherever it falls: before anything was told, in the first day, after it."""
    lines = [*USUAL, GPT, GPT._replace(environment="staging", hourly=3)]
    whole, restarted = Deployment(), Deployment()
    for hour in range(0, 14 * DAY, every):
        values = bill(lines, hour, hour + every)
        whole.feed(values)
        restarted.feed(values)
        if hour >= 10 * DAY:
            restarted.restart()
    assert whole.anomalies == restarted.anomalies
    assert [one.environment for one in newest(whole.anomalies)] == ["staging"]


def test_charges_that_come_late_belong_to_the_first_day() -> None:
    """An export that is not in the order of time: the first hours come behind the watermark."""
    pipeline = Deployment()
    for day in range(12):
        for line in (*USUAL, GPT):
            pipeline.feed(bill([line], day * DAY, day * DAY + DAY))
    (one,) = newest(pipeline.anomalies)
    assert one.channel == "new"
    assert one.started_at.hour == 9


def test_a_first_day_that_is_corrected_away_is_retracted() -> None:
    """As any anomaly."""
    pipeline = Deployment()
    for hour in range(11 * DAY):
        pipeline.feed(bill([*USUAL, GPT], hour, hour + 1))
    pipeline.feed([GPT._replace(hourly=-40, first=hour).row(hour) for hour in (10 * DAY + 12,)])
    assert titles(pipeline.anomalies) == ["Retracted ▲ no rise after all · search · GPT-5"]


class Bills:
    """A bill that is published as it grows: each export holds all of it so far."""

    def __init__(self) -> None:
        self.pipeline, self.runs = Pipeline(owned()), 0

    def publish(self, account: str, *lines: Line, hours: int) -> list[Anomaly]:
        self.runs += 1
        header = SnapshotHeader(version=1, id=f"run-{self.runs}", taken_at=self.runs)
        rows = [
            json.dumps({**json.loads(row), "BillingAccountId": account}).encode()
            for row in bill(lines, 0, hours)
        ]
        news = [
            *self.pipeline.mark("billing", header.marked("begin"), NOW),
            *self.pipeline.feed("billing", rows, NOW, header),
            *self.pipeline.mark("billing", header.marked("end"), NOW),
        ]
        assert not self.pipeline.refused
        return newest(told(news))


def test_a_service_that_begins_in_a_later_snapshot_is_news() -> None:
    """Nothing of an account's first one is, however much of a history it holds; nor of another account's."""
    bills, second = Bills(), Line("BigQuery", 9, team="data")
    assert not bills.publish("1", *USUAL, GPT, hours=13 * DAY)
    assert not bills.publish(
        "2", second, second._replace(service="Queue", first=9 * DAY), hours=21 * DAY
    )
    late = Line("Sonnet", 3, first=22 * DAY)
    assert [one.service for one in bills.publish("1", *USUAL, GPT, late, hours=24 * DAY)] == [
        "Sonnet"
    ]
    assert not bills.publish("1", *USUAL, GPT, late, hours=25 * DAY)


def test_a_snapshot_of_an_account_that_is_not_known_for_long_is_no_news() -> None:
    """A week from the end of its first one."""
    bills, young = Bills(), Line("Sonnet", 3, first=15 * DAY)
    bills.publish("1", *USUAL, hours=13 * DAY)
    assert not bills.publish("1", *USUAL, young, hours=17 * DAY)
