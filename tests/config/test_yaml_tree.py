"""YAML as plain values: what a word means, and in which line it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.places import field_name
from config.yaml_syntax import dump, dump_line
from config.yaml_tree import parse_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, width=32)
    | TEXTS
    | st.sampled_from(
        ["no", "on", "10:30", "012", "1e5", "0x1f", "2025-01-01", "null", "~", "1_0", "<<", "="]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("10:30", "10:30"),
        ("012345678901", "012345678901"),
        ("1234567890123456789012345", "1234567890123456789012345"),
        ("2025-01-01", "2025-01-01"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("42", 42),
        ("-1", -1),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("'42'", "42"),
    ],
)
def test_plain_words_mean_what_people_expect(text: str, value: object) -> None:
    """Only numbers, true, false and null are more than text."""
    tree = parse_yaml(f"a: {text}", "f")
    assert (tree.value, tree.findings) == ({"a": value}, [])
    assert type(tree.at(("a",))) is type(value)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    """Any values survive being written and read, in both layouts."""
    assert parse_yaml(dump({"a": value}), "f").value == {"a": value}
    assert parse_yaml(f"- {dump_line(value)}", "f").value == [value]


@given(st.text())
def test_any_text_is_read_or_refused_with_findings(text: str) -> None:
    """No input ends in an exception."""
    tree = parse_yaml(text, "f")
    assert tree.value is None or () in tree.places


def test_every_value_has_its_line() -> None:
    """Keys, items and what stands in them carry the lines they begin in."""
    tree = parse_yaml("a:\n  - b: 1\n    c: [x,\n        y]\n# more\nd:\n  e\n", "f")
    assert {field_name(path): place.line for path, place in tree.places.items() if path} == {
        "a": 1,
        "a[0]": 2,
        "a[0].b": 2,
        "a[0].c": 3,
        "a[0].c[0]": 3,
        "a[0].c[1]": 4,
        "d": 6,
    }


def test_the_place_of_what_is_missing_is_that_around_it() -> None:
    """Where nothing stands, the nearest value around it is pointed at."""
    tree = parse_yaml("a:\n  b: 1\n", "f")
    assert (tree.place(("a", "x")).line, tree.place(("x",)).line) == (1, 1)


def test_field_names_read_as_people_write_them() -> None:
    """Dots between keys, brackets round positions and odd keys."""
    assert field_name(("a", 0, "b-c", "x y", "d.e")) == "a[0].b-c['x y']['d.e']"
    assert field_name(()) == "file"
