"""The detector of fees: calendar memory."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from detectors.calendar import Calendar
from detectors.fee import FeeDetector


def _at(month: int, day: int, hour: int = 0) -> int:
    return int(datetime(2018, month, day, hour, tzinfo=UTC).timestamp())


def _of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _known(*fees: tuple[int, float]) -> FeeDetector:
    detector = FeeDetector(3600)
    for time, amount in fees:
        detector.learn(time, amount)
    return detector


@pytest.mark.parametrize(
    ("month", "day", "amount", "alerts"),
    [
        (11, 1, 145.0, False),  # the same again
        (11, 1, 188.0, False),  # within 30 %
        (11, 2, 145.0, False),  # a day later
        (11, 15, 145.0, False),  # known, though not on this day
        (11, 15, 188.0, False),  # within 30 %, on another day
        (11, 1, 290.0, True),  # twice
        (11, 1, 1450.0, True),  # a slipped comma
        (11, 1, 20.0, False),  # cheaper
        (11, 15, 290.0, True),  # twice, on another day
    ],
)
def test_a_fee_is_compared_with_the_ones_before(
    month: int,
    day: int,
    amount: float,
    alerts: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A known amount is silent from its second time on, one half as large again alerts."""
    verdict = _known((_at(10, 1), 145.0)).score(_at(month, day), amount)
    assert (verdict.score >= 1) is alerts
    assert verdict.expected == 145.0
    assert verdict.channel == "fee"


def test_the_first_fee_is_learned_silently() -> None:
    """Nothing is known of the first purchase, so it does not alert."""
    assert _known().score(_at(10, 1), 5000.0, "high").score < 1


def test_twice_the_amount_alerts_at_any_sensitivity() -> None:
    """Sensitivity moves the bar between 1.33 and 1.76 times the known amount."""
    detector = _known((_at(10, 1), 100.0))
    for sensitivity in ("low", "normal", "high"):
        assert detector.score(_at(11, 1), 200.0, sensitivity).score >= 1
    assert detector.score(_at(11, 1), 140.0, "high").score >= 1
    assert detector.score(_at(11, 1), 140.0, "normal").score < 1


def test_each_of_several_fees_is_known() -> None:
    """A large monthly fee among small daily ones is compared with itself."""
    daily = [(_at(10, day), 3.0) for day in range(1, 32)]
    detector = _known((_at(10, 1), 145.0), *daily)
    assert detector.score(_at(11, 1), 145.0).score < 0.5
    assert detector.score(_at(11, 14), 3.1).score < 0.5
    assert detector.score(_at(11, 14), 9.0).score >= 1


def test_a_price_may_rise_month_by_month() -> None:
    """A fee that grows by a fifth each month stays known."""
    detector = FeeDetector(3600)
    for month in range(1, 13):
        amount = 100 * 1.2**month
        assert detector.score(_at(month, 1), amount).score < 1
        detector.learn(_at(month, 1), amount)


def test_credits_are_compared_with_credits() -> None:
    """A credit that shrinks to a half costs money and alerts; one that grows does not."""
    detector = _known((_at(10, 5), -80.0), (_at(10, 5), 30.0))
    smaller = detector.score(_at(11, 5), -40.0)
    larger = detector.score(_at(11, 5), -160.0)
    assert (smaller.score >= 1, smaller.direction) == (True, "up")
    assert (larger.score >= 1, larger.direction) == (False, "down")


def test_the_forecast_is_the_fee_of_the_day() -> None:
    """On days of the month without a known fee nothing is expected."""
    detector = _known((_at(10, 1), 145.0))
    assert detector.forecast(_at(11, 1, hour=7)) == 145.0
    assert detector.forecast(_at(11, 15)) == 0.0


def test_the_end_of_the_month_is_one_day() -> None:
    """A fee of the 31st is known on the 28th of February."""
    assert _known((_at(1, 31), 60.0)).score(_at(2, 28), 60.0).score == 0


def test_a_bucket_without_a_fee_is_no_point() -> None:
    """An amount of zero scores 0 and is not learned."""
    detector = _known()
    detector.learn(_at(10, 1), 0.0)
    assert detector.score(_at(10, 2), 0.0).score == 0
    assert detector.to_bytes() == FeeDetector(3600).to_bytes()


HOLIDAYS = {(date(2018, 1, 1) - date(1970, 1, 1)).days}


def test_a_fee_of_the_first_working_day_is_known_on_any_date() -> None:
    """After 1 March, 2 April (a Monday), 1 May and 1 June it is due on Monday, 2 July; a holiday moves it too."""
    detector = FeeDetector(3600, Calendar(holidays=HOLIDAYS))
    for month, day in ((3, 1), (4, 2), (5, 1), (6, 1)):
        detector.learn(_at(month, day), 90.0)
    assert [day for day in range(1, 32) if detector.due(_at(7, day))] == [2]
    assert detector.score(_at(7, 2), 90.0).score == 0
    new_year = FeeDetector(3600, Calendar(holidays=HOLIDAYS))
    new_year.learn(_at(1, 2), 90.0)
    assert new_year.score(_at(4, 2), 90.0).score == 0


def test_a_fee_of_the_last_day_is_due_on_the_last_day() -> None:
    """31 January, 28 February, 31 March: next on 30 April."""
    detector = _known((_at(1, 31), 60.0), (_at(2, 28), 60.0), (_at(3, 31), 60.0))
    assert [day for day in range(1, 31) if detector.due(_at(4, day))] == [30]


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (date(2017, 12, 15), list(range(1, 13))),
        (date(2017, 10, 15), [3, 6, 9, 12]),
        (date(2017, 1, 15), [12]),
    ],
    ids=["monthly", "quarterly", "yearly"],
)
def test_a_fee_is_due_after_as_many_months_as_before(before: date, due: list[int]) -> None:
    """Monthly, quarterly and yearly fees are expected when they come again, and not between."""
    detector = FeeDetector(86_400)
    for day in (before, date(2018, 1, 15)):
        detector.learn(_of(day), 500.0)
    later = {month: date(2018 + month // 12, month % 12 + 1, 15) for month in range(1, 13)}
    assert [month for month, day in later.items() if detector.due(_of(day))] == due


def test_what_came_this_month_is_not_due_again() -> None:
    """Nor is what comes only tomorrow due today."""
    detector = _known((_at(10, 1), 145.0), (_at(10, 15), 30.0), (_at(10, 15), -10.0))
    assert (detector.due(_at(11, 1)), detector.due(_at(11, 2))) == (145.0, 0.0)
    assert detector.due(_at(11, 15)) == 20.0
    detector.learn(_at(11, 1), 145.0)
    assert detector.due(_at(11, 1)) == 0.0
    assert detector.due(_at(12, 1)) == 145.0


def test_a_yearly_fee_outlives_daily_ones() -> None:
    """Support of each day and of many sizes does not push out what came eleven months ago."""
    detector = _known((_at(1, 15), 9000.0))
    for month in range(1, 12):
        for day in range(1, 29):
            detector.learn(_at(month, day, hour=5), 3.0 + day % 3)
    assert detector.due(_of(date(2019, 1, 15))) > 9000
    assert detector.score(_of(date(2019, 1, 15)), 9100.0).score < 0.1


def test_a_fee_at_midnight_belongs_to_its_own_day() -> None:
    """A fee of the first, told at 23:00 UTC of the day before, is due on the first in Berlin."""
    calendar = Calendar(ZoneInfo("Europe/Berlin"))
    detector = FeeDetector(3600, calendar)
    for month, day in ((1, 31), (2, 28)):
        detector.learn(_at(month, day, hour=23), 70.0)
    assert detector.due(_at(4, 1)) == 70.0
    assert detector.due(_at(3, 31)) == 0.0


def test_a_state_of_the_version_before_goes_on() -> None:
    """Its fees are known, and due a month later."""
    before = msgspec.msgpack.encode(["fee", 1, 3600, [[1, 145.0, _at(10, 1)]]])
    detector = FeeDetector.from_bytes(before)
    assert detector.due(_at(11, 1)) == 145.0
    assert FeeDetector.from_bytes(detector.to_bytes()).to_bytes() == detector.to_bytes()


def test_another_calendar_over_a_state_moves_its_days() -> None:
    """What was learned does not depend on the calendar."""
    detector = _known((_at(1, 31, hour=23), 70.0))
    berlin = FeeDetector.from_bytes(detector.to_bytes(), Calendar(ZoneInfo("Europe/Berlin")))
    assert berlin.to_bytes() == detector.to_bytes()
    assert (berlin.due(_at(3, 1)), detector.due(_at(3, 1))) == (70.0, 0.0)
