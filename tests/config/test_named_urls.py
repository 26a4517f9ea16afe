"""Addresses by name."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.named_urls import is_http, read_named_urls


def test_names_and_addresses() -> None:
    """Each name has its address."""
    urls = {"on-call": "https://hooks.example.com/1", "b.2": "http://localhost:8080/x?y=z"}

    assert urls == read_named_urls(json.dumps(urls, indent=1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://s3cret.example.com", r"is no JSON \(line 1, column 1: "),
        ('{"a": "https://x.test/s3cret",}', r"is no JSON \(line 1, column 31: "),
        ('{"a":\n s3cret}', r"is no JSON \(line 2, column 2: "),
        ('["https://s3cret"]', "is no JSON object"),
        ('"s3cret"', "is no JSON object"),
        ("null", "is no JSON object"),
        ("[" * 100_000, "is no JSON object"),
        ('{"https://s3cret": "a"}', "has a name that is none"),
        ('{"": "https://x.test"}', "has a name that is none"),
        ('{"a": "s3cret"}', "has no URL for 'a'"),
        ('{"a": {"b": "s3cret"}}', "has no URL for 'a'"),
        ('{"a": null}', "has no URL for 'a'"),
        ('{"a": "https://x.test/s3cret", "a": "https://y.test"}', "has 'a' twice"),
    ],
)
def test_mistakes_are_said_without_the_secret(text: str, said: str) -> None:
    """Each mistake has a line with its place or name, and shows no address."""
    with pytest.raises(ValueError, match=said) as caught:
        read_named_urls(text)

    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.text() | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands there, it gives addresses or one error."""
    with suppress(ValueError):
        assert all(map(is_http, read_named_urls(text).values()))
