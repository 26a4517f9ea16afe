"""The month under way from the shell."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from alerting_examples import spend
from typer.testing import CliRunner

from alerting.estimate import Estimate, Outlook
from alerting.spend import SpendRecord
from stream.cli import app
from stream.cli.spend import write_months
from stream.months import Months, months_by


def _told(day: int, cost: str, **changes: str) -> SpendRecord:
    rest = Decimal(30 - day)
    month = Estimate(expected=rest, lower=rest / 2, upper=2 * rest)
    outlook = Outlook(
        as_of=datetime(2026, 4, day + 1, tzinfo=UTC),
        counted_from=datetime(2026, 4, 1, tzinfo=UTC),
        month_to_date=Decimal(0),
        day=None,
        next_day=month,
        month=month,
        next_month=month,
    )
    at = datetime(2026, 4, day, 23, tzinfo=UTC)
    series = f"{changes.get('team', 'search')}|{changes.get('service', '')}"
    return spend(cost, at=at, outlook=outlook, series=series, **changes)


def test_the_month_is_that_of_the_newest_forecast() -> None:
    """By the dimensions that are asked for; a day that is not over does not count."""
    records = [
        _told(9, "1.5"),
        _told(10, "2.25"),
        spend("100", at=datetime(2026, 4, 11, 3, tzinfo=UTC), series="search|"),
        spend("100", at=datetime(2026, 3, 31, 3, tzinfo=UTC), series="search|"),
        _told(10, "9", team="ads", service="Glue"),
    ]
    found = months_by(records, ("team",))
    assert found.day == date(2026, 4, 10)
    assert [(one.group, one.month.to_date) for one in found.lines] == [
        (("ads",), Decimal(9)),
        (("search",), Decimal("3.75")),
    ]
    (whole,) = months_by(records, ()).lines
    assert whole.month.forecast is not None
    assert whole.month.forecast.expected == Decimal("52.75")


def test_a_source_that_is_behind_is_waited_for() -> None:
    """Else what it did not tell yet would count as nothing spent; a week behind is too long."""
    ahead, behind = _told(20, "1"), _told(18, "1", team="bill", source="billing")
    assert months_by([ahead, behind], ()).day == date(2026, 4, 18)
    gone = _told(3, "1", team="bill", source="billing")
    assert months_by([ahead, gone], ()).day == date(2026, 4, 20)


def test_nothing_is_known_before_the_first_day_ended(capsys: pytest.CaptureFixture[str]) -> None:
    """That is said, not printed as nothing."""
    assert months_by([spend("5")], ("team",)) == Months(None, [])
    write_months(Months(None, []), ("team",), "csv")
    said = capsys.readouterr()
    assert said.out == "team,currency,month_to_date,forecast,lower,upper\n"
    assert "no forecast yet" in said.err


def test_the_lines_are_exact(capsys: pytest.CaptureFixture[str]) -> None:
    """Amounts as decimals without exponent; the day is told beside them."""
    write_months(months_by([_told(10, "2.25")], ("team",)), ("team",), "json")
    said = capsys.readouterr()
    (row,) = json.loads(said.out)
    assert row == {
        "team": "search",
        "currency": "USD",
        "month_to_date": "2.25",
        "forecast": "22.250000",
        "lower": "12.250000",
        "upper": "42.250000",
    }
    assert "up to the end of 2026-04-10" in said.err


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--from", "2026-04-01"], "--from"), (["--by", "day"], "no days")],
)
def test_what_a_month_cannot_do_is_refused(options: list[str], said: str) -> None:
    """With what to leave out."""
    result = CliRunner().invoke(app, ["spend", "--forecast", *options])
    assert result.exit_code != 0
    assert said in str(result.exception) + result.output
