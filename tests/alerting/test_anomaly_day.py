"""The day that an anomaly is counted in."""

from datetime import UTC, date, datetime

import pytest

from tests.alerting_examples import anomaly


@pytest.mark.parametrize(
    ("detected", "seconds", "day"),
    [
        (datetime(2026, 3, 2, 13, tzinfo=UTC), 3600, date(2026, 3, 2)),
        (datetime(2026, 3, 3, 0, tzinfo=UTC), 3600, date(2026, 3, 2)),  # the day's last hour
        (datetime(2026, 3, 3, 0, tzinfo=UTC), 86_400, date(2026, 3, 2)),  # a bill by the day
        (datetime(2026, 3, 3, 0, 5, tzinfo=UTC), 300, date(2026, 3, 3)),
    ],
)
def test_an_anomaly_is_of_the_day_whose_money_moved(
    detected: datetime, seconds: int, day: date
) -> None:
    """It is detected at the end of a bucket, which may be the next day's first moment."""
    assert anomaly(detected_at=detected, bucket_seconds=seconds).day == day
