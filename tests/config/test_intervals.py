"""Intervals as they are written."""

import pytest
from pydantic import ValidationError

from config.intervals import Interval, Span, days_of_month, hours, months, weekdays, years


@pytest.mark.parametrize(
    ("text", "expected"),
    [("saturday", Span(5, 5)), ("Monday:Friday", Span(0, 4)), ("friday : monday", Span(4, 0))],
)
def test_weekdays_are_names_or_ranges(text: str, expected: Span) -> None:
    """A range may go round the end of the week."""
    assert expected == weekdays(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("december", Span(12, 12)), ("3", Span(3, 3)), ("11:2", Span(11, 2)), ("May:june", Span(5, 6))],
)  # fmt: skip
def test_months_are_names_numbers_or_ranges(text: str, expected: Span) -> None:
    """A range may go round the end of the year."""
    assert expected == months(text)


@pytest.mark.parametrize(
    "fields",
    [
        {"weekdays": ["someday"]},
        {"weekdays": ["monday:tuesday:friday"]},
        {"weekdays": ["1"]},
        {"months": ["13"]},
        {"months": ["0"]},
        {"months": ["janury"]},
        {"days_of_month": [0]},
        {"days_of_month": [32]},
        {"days_of_month": ["-1:-3"]},
        {"days_of_month": ["-3:5"]},
        {"days_of_month": ["7:3"]},
        {"days_of_month": [True]},
        {"years": ["2028:2026"]},
        {"years": ["26"]},
        {"times": ["8-9"]},
        {"times": ["08:00-25:00"]},
        {"times": ["24:00-08:00"]},
        {"times": ["08:00-08:00"]},
        {},
    ],
)
def test_what_is_no_interval_is_refused(fields: dict[str, object]) -> None:
    """Typing mistakes are seen, and so is an interval that holds always."""
    with pytest.raises(ValidationError):
        Interval.model_validate({"name": "x", **fields})


def test_the_other_forms_are_read() -> None:
    """Days from the end of the month, years, hours up to midnight and over it."""
    assert days_of_month("25:-1") == Span(25, -1)
    assert years("2026:2028") == Span(2026, 2028)
    assert hours("8:00-24:00") == (480, 1440)
    assert hours("18:00-08:00") == (1080, 480)
