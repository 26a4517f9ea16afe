"""Whether labels fulfil matchers, or what a route asks for."""

from collections.abc import Mapping, Sequence

from config.glob import glob_matches
from config.matchers import LabelMatcher, parse
from config.route import Route

Labels = Mapping[str, str]


def matches(matchers: Sequence[str | LabelMatcher], labels: Labels) -> bool:
    """Whether all matchers fit; a label that is missing counts as empty. No matcher fits everything.

    Raises:
        ValueError: if a text is no matcher.
    """
    return all(_parsed(one).matches(labels) for one in matchers)


def refusal_of(route: Route, labels: Labels) -> str | None:
    """The first condition of a route that labels do not fulfil, as people write it; None if it takes them."""
    for label, patterns in route.match.said:
        value = labels.get(label, "")
        if not any(glob_matches(pattern, value) for pattern in patterns):
            return f"{label}: {as_written(patterns)}"
    for text in route.matchers:
        if not parse(text).matches(labels):
            return text
    return None


def as_written(patterns: Sequence[str]) -> str:
    """Patterns as they stand in the rules."""
    said = [pattern or '""' for pattern in patterns]
    return said[0] if len(said) == 1 else f"[{', '.join(said)}]"


def _parsed(one: str | LabelMatcher) -> LabelMatcher:
    return parse(one) if isinstance(one, str) else one
