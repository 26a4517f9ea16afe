"""Matchers at a shell."""

import pytest

from stream.alerts.matchers import checked, fit, open_cases
from stream.errors import UserError
from tests.alerting_examples import anomaly
from tests.stream.alerts.records import case


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["team=search"], ("team=search",)),
        (["team=search", " service=~GPT.* ", "team=search"], ("team=search", "service=~GPT.*")),
        (["team=search", "environment!=dev"], ("team=search", "environment!=dev")),
    ],
)
def test_matchers_are_kept_as_typed(texts: list[str], kept: tuple[str, ...]) -> None:
    """Each once."""
    assert checked(texts) == kept


@pytest.mark.parametrize(
    "texts",
    [[], ["team=~.*"], ["environment!=dev"], ["team=~.*", "service="], ["search"], ["service=~("]],
)
def test_what_keeps_everything_quiet_or_is_none_is_refused(texts: list[str]) -> None:
    """Alertmanager's rule: one of them must not fit an empty label."""
    with pytest.raises(UserError) as refused:
        checked(texts)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_open_cases_that_fit_are_counted() -> None:
    """All matchers must fit, and what is over does not count."""
    over = case(anomaly=anomaly(state="resolved"))
    cases = [case(), case(team="ads"), case(severity="high"), over]
    assert open_cases(["team=search"], cases) == 2
    assert open_cases(["team=search", "severity=high"], cases) == 1
    assert open_cases(["team!=search"], cases) == 1


def test_a_matcher_of_another_version_fits_nothing() -> None:
    """It is no reason to fail."""
    assert not fit(["no matcher at all"], {"team": "search"})
