"""What Python prints of a value becomes JSON."""

import ast
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.formats.python_text import LONGEST, NoPythonError, as_json

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(_values)
def test_any_value_is_the_same_in_json(value: object) -> None:
    """Whatever Python prints of JSON's values means the same."""
    assert json.loads(as_json(repr(value))) == ast.literal_eval(repr(value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1, 'a')", '[1,"a"]'),
        ("('a',)", '["a"]'),
        ("[',]', \"it's\"]", '[",]","it\'s"]'),
        ("{'amount': Decimal('-0.10')}", '{"amount":"-0.10"}'),
        ("array([{'a': nan}], dtype=object)", '[{"a":null}]'),
        ("-5e-06", "-5e-06"),
        ("'\\x41\\n\\u00e9\\''", '"A\\né\'"'),
    ],
)
def test_what_notebooks_write(text: str, expected: str) -> None:
    """Tuples, decimals, arrays and escapes have their JSON; digits stay as they are."""
    assert as_json(text) == expected


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "[1", "1)", "'open", "a b", "lambda: 1", "[" * (LONGEST + 1), "'\\ud800'"],
)
def test_what_is_no_literal(text: str) -> None:
    """Anything but a literal is none, and nothing is ever run."""
    with pytest.raises((NoPythonError, ValueError)):
        json.loads(as_json(text))


def test_numbers_keep_their_digits() -> None:
    """An amount is exact to its last digit."""
    number = "-0.1234567890123456789012345678901234567890"
    assert json.loads(as_json(f"[{number}]"), parse_float=Decimal) == [Decimal(number)]
