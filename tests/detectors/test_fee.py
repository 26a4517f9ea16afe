"""The detector of fees: calendar memory."""

from datetime import UTC, datetime

import pytest

from detectors.fee import FeeDetector


def _at(month: int, day: int, hour: int = 0) -> int:
    return int(datetime(2018, month, day, hour, tzinfo=UTC).timestamp())


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
