"""Matchers of labels in Alertmanager's form."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.labels import LABELS, WORDS
from config.matchers import parse

LABELS_HELD = {"team": "search", "service": "GPT-4o mini", "severity": "high", "environment": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team=search", True),
        ("team = search ", True),
        ('team="search"', True),
        ("team=Search", True),
        ("team=sea", False),
        ("team!=search", False),
        ("team!=ads", True),
        ("service=GPT-4o mini", True),
        ("service=~gpt.*", True),
        ("service=~gpt", False),
        ("service=~.*mini", True),
        ("service=~(?-i:gpt).*", False),
        ("service=~Claude.*|GPT.*", True),
        ("service=~Claude|GPT", False),
        ("service!~GPT.*", False),
        ("service!~GPT", True),
        (r"service=~GPT-\d\w mini", True),
        (r'service=~"GPT-\d.*"', True),
        ("severity=~high|critical", True),
        ("environment=", True),
        ('environment=""', True),
        ("environment!=dev", True),
        ("environment!=", False),
        ("model=", True),
        ("model=~.*", True),
        ("model=~.+", False),
        ("model!=gpt-4o", True),
        ("model!~gpt.*", True),
    ],
)
def test_a_matcher_matches_as_alertmanagers_does(text: str, *, expected: bool) -> None:
    """Regular expressions fit the whole value, a label that is missing is empty, case makes no difference."""
    assert expected == parse(text).matches(LABELS_HELD)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'team="a \"b\" \\ c"', 'a "b" \\ c'),
        (r'team="a\nb"', "a\nb"),
        (r'team="a\.b"', r"a\.b"),
        (r"team=a\.b", r"a\.b"),
        (r"team=a\"b", 'a"b'),
        ("team=a=b", "a=b"),
        ("team=a,b", "a,b"),
        ('team=" a "', " a "),
        ("team==a", "=a"),
    ],
)
def test_values_are_read_as_alertmanager_reads_them(text: str, value: str) -> None:
    """Quotes keep spaces; a backslash escapes a quote, itself, and n."""
    assert value == parse(text).value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'' is no matcher; write label, operator and value, such as team=search, environment!=dev or service=~GPT.*"),
        ("team", "'team' is no matcher; write label"),
        ("=search", "'=search' is no matcher"),
        ("{team=search}", "'{team=search}' is no matcher"),
        ("team~search", "'team~search' is no matcher"),
        ("taem=search", "'taem' is no label; did you mean team?"),
        ("foo=bar", "'foo' is no label; known here: source, team"),
        ('team="search', "has a quote that is not closed"),
        ('team="a" b', "has a quote that is not closed, or text behind it"),
        ('team=a"b', "has a quote within the value"),
        ("service=~GPT(", "has a regular expression that RE2 does not take (missing ): GPT()"),
        ("service=~(?=a)", "RE2 does not take (invalid perl operator: (?=)"),
        ("service=~(a)\\1", "RE2 does not take"),
        ("severity=hihg", "matches nothing; did you mean high?"),
        ("severity=~urgent|warning", "matches nothing; known here: low, medium, high, critical"),
        ("source=usages", "matches nothing; did you mean usage?"),
        ("team=" + "x" * 1000, "has 1005 characters; write at most 1000"),
    ],
)  # fmt: skip
def test_what_is_no_matcher_is_said_with_the_remedy(text: str, said: str) -> None:
    """One line that names what was written and what would be right."""
    with pytest.raises(ValueError, match=re.escape(said)) as raised:
        parse(text)
    assert "\n" not in str(raised.value)


@given(
    st.sampled_from(sorted({*LABELS} - {*WORDS})),
    st.sampled_from(["=", "!="]),
    st.text(max_size=50),
)
def test_any_value_can_be_written(name: str, operator: str, value: str) -> None:
    """What a matcher prints is read as the same matcher, and takes the text that it names."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    matcher = parse(f'{name}{operator}"{quoted}"')
    assert matcher.value == value
    assert parse(str(matcher)) == matcher
    assert matcher.matches({name: value}) == (operator == "=")


def test_no_expression_holds_up_the_one_who_asks_it() -> None:
    """One that would take a backtracking matcher years takes no time."""
    matcher = parse("service=~(a+)+(b+)+(c?){50}$")
    begun = time.process_time()
    assert not matcher.matches({"service": "a" * 50_000 + "!"})
    assert time.process_time() - begun < 1
