"""What becomes of a series that stops: one anomaly, that says what is saved, and nothing that stays open."""

from math import cos, pi

import pytest

from alerting.render.anomaly import render_anomaly
from tests.stream.company_bill import DAY, Deployment, Line, bill, newest, through_pipeline

USUAL = Line("Compute", 20)
RDS = Line("RDS", 4, until=20 * DAY + 11)


class ByDay(Line):
    """A line that costs nine times as much at its best hour as at its worst one."""

    def row(self, hour: int) -> bytes:
        height = 1 + 0.8 * cos((hour % 24 - 13) / 12 * pi)
        return Line.row(self._replace(hourly=self.hourly * height), hour)


@pytest.mark.parametrize("line", [RDS, ByDay(*RDS), RDS._replace(hourly=24, every=12)])
def test_a_series_that_stops_is_told_once(line: Line) -> None:
    """Its fall at once, and that it is an end when it is clear; no day after brings another one."""
    told = through_pipeline([USUAL, line], 45 * DAY)
    (last,) = newest(told)
    assert (last.channel, last.state, last.direction) == ("ended", "resolved", "down")
    assert last.actual == 0
    assert [one.revision for one in told] == list(range(1, len(told) + 1))


@pytest.mark.parametrize("horizon", ["1h", "6h", "2d"])
def test_an_end_goes_on_under_the_id_of_its_fall(horizon: str) -> None:
    """Also where the fall is over for longer than buckets are restated."""
    deployment = Deployment(horizon=horizon)
    for hour in range(19 * DAY, 25 * DAY):
        deployment.feed(bill([USUAL, RDS._replace(first=19 * DAY)], hour, hour + 1))
        deployment.restart()
    told = deployment.anomalies
    assert (told[0].channel, told[-1].channel) == ("drop", "ended")
    assert len({one.anomaly_id for one in told}) == 1
    assert [one.revision for one in told] == list(range(1, len(told) + 1))


def test_the_message_says_what_is_saved() -> None:
    """The mean day before, not what the fall added up to."""
    (last,) = newest(through_pipeline([USUAL, RDS], 25 * DAY))
    assert render_anomaly(last).text == (
        "Resolved ▼ ended: search · RDS fell to nothing: -$97.92 a day"
    )
    assert {(one.value, one.actual) for one in last.contributors} >= {("sku-RDS", 0)}
    assert last.impact == -last.expected


def test_an_end_that_was_no_fall_is_told_too() -> None:
    """Hours of nothing are usual here, so no single one was a drop."""
    rare = Line("Reports", 30, until=20 * DAY, every=9)
    told = through_pipeline([USUAL, rare], 30 * DAY)
    assert [(one.channel, one.state) for one in newest(told)] == [("ended", "resolved")]


@pytest.mark.parametrize(
    "line",
    [
        RDS._replace(hourly=0.2),  # $5 a day
        RDS._replace(until=DAY // 2),  # half a day is no usual spend
        Line("Support", 480, until=2 * DAY, category="Purchase", every=DAY),
    ],
)
def test_what_is_no_end_worth_telling(line: Line) -> None:
    """Little money, little known, and fees, which come when they come."""
    assert not [one for one in through_pipeline([USUAL, line], 30 * DAY) if one.channel == "ended"]


def test_a_pause_that_is_usual_is_no_end() -> None:
    """Who rests on weekends rests on weekends; the first one is not known yet."""
    weekdays = [
        Line("Build", 6, first=day * DAY + 8, until=day * DAY + 18)
        for day in range(28)
        if day % 7 < 5
    ]
    told = through_pipeline([USUAL, *weekdays], 28 * DAY)
    assert not [one for one in told if one.channel == "ended"]


@pytest.mark.parametrize("horizon", ["1d", "7d", "35d"])
def test_nothing_stays_open_when_a_series_is_retired(horizon: str) -> None:
    """Whether it is still remembered then or not, and although it fell just before the source did."""
    lines = [USUAL, RDS, RDS._replace(service="S3", until=45 * DAY + 4)]
    told = through_pipeline(lines, 45 * DAY + 12, horizon=horizon)
    assert {one.service: one.state for one in newest(told)} == {"RDS": "resolved", "S3": "open"}
    told = through_pipeline(lines, 70 * DAY, horizon=horizon)
    assert {one.state for one in newest(told)} == {"resolved"}
    assert len(newest(told)) == 2


def test_late_charges_take_an_end_back() -> None:
    """They only came late; when they stop, that is told under the same id."""
    deployment = Deployment(horizon="35d")
    for hour in range(0, 23 * DAY, 12):
        deployment.feed(bill([USUAL, RDS], hour, hour + 12))
    (ended,) = newest(deployment.anomalies)
    assert ended.channel == "ended"
    late = RDS._replace(first=RDS.until, until=22 * DAY)
    deployment.feed(bill([late], 20 * DAY, 22 * DAY))
    assert [one.state for one in newest(deployment.anomalies)][:1] == ["retracted"]


@pytest.mark.parametrize("every", [3, 24])
def test_a_restart_changes_nothing(every: int) -> None:
    """Before the fall, between fall and end, after it."""
    whole, restarted = Deployment(), Deployment()
    for hour in range(0, 36 * DAY, every):
        values = bill([USUAL, ByDay(*RDS)], hour, hour + every)
        whole.feed(values)
        restarted.feed(values)
        if 20 * DAY <= hour < 23 * DAY or hour > 33 * DAY:
            restarted.restart()
    assert whole.anomalies == restarted.anomalies
    assert newest(whole.anomalies)[-1].channel == "ended"
