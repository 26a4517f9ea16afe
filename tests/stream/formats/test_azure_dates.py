"""Dates of Azure's exports: the month first, unless the billing period shows otherwise."""

from datetime import UTC, datetime

import pytest

from stream.formats.azure_dates import date_of
from stream.formats.refused import RefusedError

SEPTEMBER = ("09/01/2025", "09/30/2025")
DAY_FIRST = ("01/09/2025", "30/09/2025")
NONE = ("", "")


@pytest.mark.parametrize(
    ("text", "period", "expected"),
    [
        ("09/04/2025", NONE, "2025-09-04"),
        ("9/4/2025", NONE, "2025-09-04"),
        ("9/4/25", NONE, "2025-09-04"),
        ("09/21/2025", NONE, "2025-09-21"),
        ("9/4/2025 12:00:00 AM", NONE, "2025-09-04"),
        ("9/4/2025 1:30 PM", NONE, "2025-09-04T13:30"),
        ("9/4/2025 13:30", NONE, "2025-09-04T13:30"),
        ("2025-09-04", NONE, "2025-09-04"),
        ("2025-09-04T00:00:00.0000000Z", NONE, "2025-09-04"),
        ("2025-09-04 00:00:00", SEPTEMBER, "2025-09-04"),
        ("20250904", NONE, "2025-09-04"),
        ("09/04/2025", SEPTEMBER, "2025-09-04"),
        ("08/09/2025", SEPTEMBER, "2025-08-09"),
        ("04/09/2025", DAY_FIRST, "2025-09-04"),
        ("21/09/2025", DAY_FIRST, "2025-09-21"),
        ("04/09/2025", ("01/09/2025", "12/09/2025"), "2025-09-04"),
        ("09/04/2025", ("2025-09-01", "2025-09-30"), "2025-09-04"),
        ("09/04/2025", ("9" * 999, "30/09/2025"), "2025-09-04"),
    ],
)
def test_dates(text: str, period: tuple[str, str], expected: str) -> None:
    """The day comes first only where the billing period of the row cannot be read otherwise."""
    seconds = int(datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp())
    assert date_of("Date", text, *period) == seconds


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("21/09/2025", NONE),
        ("21/09/2025", SEPTEMBER),
        ("09/21/2025", DAY_FIRST),
        ("09/31/2025", NONE),
        ("9/4/2025 13:00 PM", NONE),
        ("9/4/1999", NONE),
        ("yesterday", NONE),
        ("/" * 999, NONE),
        ("0/0/0", NONE),
    ],
)
def test_what_is_no_date(text: str, period: tuple[str, str]) -> None:
    """A date that the row's notation does not know is refused: it must not become another day."""
    with pytest.raises(RefusedError) as refused:
        date_of("Date", text, *period)
    assert refused.value.reason == "bad_time"
