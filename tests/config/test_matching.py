"""Patterns, and the series that a matcher means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.detection import Matcher
from config.glob import glob_matches
from config.matching import matches

SERIES = ("usage", "Search", "gpt-5", "production", "usage")
SHORT = st.text("abA*.?[", max_size=8)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True),
        ("*", "anything\nat all", True),
        ("", "", True),
        ("", "a", False),
        ("Search", "sEARCH", True),
        ("dev*", "development", True),
        ("dev*", "my-dev", False),
        ("*dev", "my-dev", True),
        ("a*a", "a", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("?", "a", False),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
        ("**", "a", True),
    ],
)
def test_patterns(pattern: str, text: str, *, fits: bool) -> None:
    """Only `*` is special, case is not, and the whole text counts."""
    assert glob_matches(pattern, text) is fits


@given(SHORT, SHORT)
def test_patterns_agree_with_regular_expressions(pattern: str, text: str) -> None:
    """A pattern fits what the same regular expression fits."""
    form = ".*".join(re.escape(part) for part in pattern.split("*"))
    expected = re.fullmatch(form, text, re.IGNORECASE | re.DOTALL) is not None
    assert glob_matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        (Matcher(), True),
        (Matcher(source="usage"), True),
        (Matcher(source="billing"), False),
        (Matcher(team="search", service="GPT-*"), True),
        (Matcher(team="search", service="claude*"), False),
        (Matcher(environment="prod*", charge_kind="us*"), True),
        (Matcher(environment=""), False),
        (Matcher(charge_kind="tax"), False),
    ],
)
def test_a_matcher_means_series_that_fit_in_every_part(matcher: Matcher, *, expected: bool) -> None:
    """What is left out matches all; everything given must fit."""
    assert matches(matcher, *SERIES) is expected


def test_an_unknown_environment_can_be_meant() -> None:
    """`environment: ""` means series of which nothing says the environment, `*` means those too."""
    nowhere = ("billing", "search", "EC2", "", "usage")
    assert matches(Matcher(environment=""), *nowhere)
    assert matches(Matcher(), *nowhere)
    assert not matches(Matcher(environment="dev*"), *nowhere)
