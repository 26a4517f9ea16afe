"""A new environment of a service that is known borrows from the other one: from events to forecasts."""

from math import cos, pi

import pytest

from tests.stream.company_bill import DAY, Deployment, Line, bill


class ByDay(Line):
    """A line with a day in it."""

    def row(self, hour: int) -> bytes:
        height = 1 + 0.7 * cos((hour % 24 - 13) / 12 * pi)
        return Line.row(self._replace(hourly=self.hourly * height), hour)


FIRST, HOURS = 14 * DAY, 12
KNOWN = ByDay("Search", 30)
NEW = ByDay("Search", 3, first=FIRST, environment="staging")


def misses(lines: list[Line], *, restarts: bool = False) -> list[float]:
    """How far the forecasts of the first half day's later hours are off, relative to what came."""
    deployment = Deployment()
    for hour in range(FIRST + HOURS + 1):
        deployment.feed(bill(lines, hour, hour + 1))
        if restarts and hour >= FIRST:
            deployment.restart()
    return [
        abs(record.expected / float(record.cost) - 1)
        for news in deployment.news
        for record in news.spend
        if (record.environment, record.revision) == ("staging", 1) and record.expected is not None
    ][6:]


@pytest.mark.parametrize("restarts", [False, True])
def test_a_sibling_halves_the_error_of_the_first_hours(*, restarts: bool) -> None:
    """Also where the worker begins anew with each hour."""
    alone, borrowed = misses([NEW]), misses([KNOWN, NEW], restarts=restarts)
    assert len(alone) == len(borrowed) == HOURS - 6
    assert sum(borrowed) < 0.5 * sum(alone)


@pytest.mark.parametrize(
    "other",
    [
        KNOWN._replace(team="ads"),
        KNOWN._replace(service="Answers"),
        KNOWN._replace(category="Purchase"),
        KNOWN._replace(first=12 * DAY),
    ],
)
def test_only_kin_with_experience_lend(other: Line) -> None:
    """The same service of another team, another service, a fee, or one that is new itself: nothing is borrowed."""
    assert misses([ByDay(*other), NEW]) == pytest.approx(misses([NEW]))


def test_what_is_lent_does_not_hang_on_the_order_of_series() -> None:
    """After a restart they come in the order of their names: who lends still closes its buckets first."""
    whole, restarted = Deployment(), Deployment()
    new = ByDay(*NEW._replace(environment="dev"))
    for hour in range(FIRST + DAY):
        values = bill([KNOWN, new], hour, hour + 1)
        restarted.feed(values)
        whole.feed(values)
        if hour >= FIRST - DAY:
            restarted.restart()
    told = [
        {one.entry: (one.revision, one.expected) for news in each.news for one in news.spend}
        for each in (whole, restarted)
    ]
    assert told[0] == told[1]
