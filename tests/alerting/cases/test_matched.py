"""Things with matchers, found by labels."""

from hypothesis import given
from hypothesis import strategies as st

from alerting.cases.matched import Matched
from config.matchers import parse

NAMES = st.sampled_from(["team", "service", "environment"])
VALUES = st.sampled_from(["", "search", "Search", "checkout"])
TEXTS = st.builds(
    lambda name, operator, value: f'{name}{operator}"{value}"',
    NAMES,
    st.sampled_from(["=", "!=", "=~", "!~"]),
    VALUES,
)
PUT = st.tuples(st.sampled_from("abcd"), st.lists(TEXTS, min_size=1, max_size=3))
LABELS = st.dictionaries(NAMES, VALUES)


@given(st.lists(st.one_of(PUT, st.sampled_from("abcd"))), LABELS)
def test_what_is_found_is_what_matches(
    changes: list[tuple[str, list[str]] | str], labels: dict[str, str]
) -> None:
    """After any things were put, replaced and removed, those are found of which all matchers fit."""
    matched: Matched[str] = Matched()
    kept: dict[str, list[str]] = {}
    labels = {**labels, "anomaly_id": "A-1"}
    for change in changes:
        matched.that_match(labels)  # an answer that must not be given again after the change
        if isinstance(change, str):
            matched.remove(change)
            kept.pop(change, None)
        else:
            key, texts = change
            matched.put(key, key, [parse(text) for text in texts])
            kept[key] = texts

    fitting = {
        key for key, texts in kept.items() if all(parse(text).matches(labels) for text in texts)
    }
    assert fitting == set(matched.that_match(labels))
    assert len(list(matched.that_match(labels))) == len(fitting)
    assert set(kept) == set(matched)
    assert [matched.get(key) for key in "abcd"] == [key if key in kept else None for key in "abcd"]


def test_an_anomaly_with_other_labels_is_searched_for_anew() -> None:
    """A revision may be graver: what matches its labels is not what matched those before it."""
    matched: Matched[str] = Matched()
    matched.put("a", "a", [parse("severity=low")])
    assert matched.that_match({"anomaly_id": "A-1", "severity": "low"}) == ("a",)
    assert matched.that_match({"anomaly_id": "A-1", "severity": "high"}) == ()
