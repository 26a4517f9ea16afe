"""Routes that can never match: said only where it is sure.

A route takes an anomaly if all of its conditions hold, and those of the routes around it. So it never matches if
an earlier one beside it, which does not `continue`, asks for nothing that is not asked here as well; or if it asks
for what a route around it rules out.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from config.glob import glob_matches
from config.matchers import parse
from config.route_match import RouteMatch

_HIDDEN = "never matches: an earlier route takes all of it; move it up"


class Node(Protocol):
    """What is asked of a route here."""

    @property
    def match(self) -> RouteMatch:
        """Patterns."""

    @property
    def matchers(self) -> tuple[str, ...]:
        """Matchers."""

    @property
    def continue_(self) -> bool:
        """Whether those behind it are asked as well."""

    @property
    def routes(self) -> "Sequence[Node]":
        """Those within."""


class Problem(NamedTuple):
    """A route that is wrong: the path to what is meant, and the remedy."""

    path: tuple[str | int, ...]
    remedy: str


class Condition(NamedTuple):
    """What one label must be: one of some patterns or, for None, what the ``matcher`` says."""

    label: str
    patterns: tuple[str, ...] | None
    matcher: str

    def text(self) -> str | None:
        """The one text that the label must be, where no other will do."""
        if self.patterns is None or any("*" in pattern for pattern in self.patterns):
            return None
        texts = {pattern.casefold() for pattern in self.patterns}
        return texts.pop() if len(texts) == 1 else None


def problems(
    routes: Sequence[Node], around: Sequence[Condition] = (), path: tuple[str | int, ...] = ()
) -> Iterator[Problem]:
    """The routes of a tree that never match, from its top to its bottom."""
    earlier = _Earlier()
    for number, route in enumerate(routes):
        own, here = _conditions(route), (*path, "routes", number)
        asked = [*around, *own]
        against = next(
            (one for one in reversed(own) for other in asked if _exclude(one, other)), None
        )
        if any(_takes(other, asked) for other in earlier.candidates(asked)):
            yield Problem((*here, "match"), _HIDDEN)
        elif against is not None:
            remedy = f"never matches: nothing has such a {against.label} here; mend it, or move it out of the route around it"
            place = ("matchers",) if against.matcher else ("match", against.label)
            yield Problem((*here, *place), remedy)
        else:
            yield from problems(route.routes, asked, here)
        if not route.continue_:
            earlier.add(own)


def _conditions(route: Node) -> list[Condition]:
    own = [Condition(label, patterns, "") for label, patterns in route.match.said]
    return own + [_of_matcher(text) for text in route.matchers]


def _of_matcher(text: str) -> Condition:
    """A plain ``=`` is as good as a pattern; what else is asked is only compared as a whole."""
    matcher = parse(text)
    if matcher.operator == "=" and "*" not in matcher.value:
        return Condition(matcher.name, (matcher.value,), str(matcher))
    return Condition(matcher.name, None, str(matcher))


class _Earlier:
    """Routes that stand before one; those that ask for one plain text are found by it, since there may be thousands."""

    def __init__(self) -> None:
        self._by_text: defaultdict[tuple[str, str], list[Sequence[Condition]]] = defaultdict(list)
        self._others: list[Sequence[Condition]] = []

    def add(self, route: Sequence[Condition]) -> None:
        """One more, with the text that fewest of them ask for."""
        texts = [(one.label, text) for one in route if (text := one.text()) is not None]
        rows = [self._by_text[text] for text in texts]
        min(rows, key=len, default=self._others).append(route)

    def candidates(self, asked: Sequence[Condition]) -> Iterator[Sequence[Condition]]:
        """All that may take what is asked: what a plain text fits is that text."""
        for one in asked:
            text = one.text()
            if text is not None:
                yield from self._by_text.get((one.label, text), ())
        yield from self._others


def _takes(wide: Sequence[Condition], asked: Sequence[Condition]) -> bool:
    """Whether whatever fulfils all that is ``asked`` fulfils all of ``wide``."""
    return all(any(_follows(one, given) for given in asked) or _is_no_bar(one) for one in wide)


def _is_no_bar(condition: Condition) -> bool:
    return condition.patterns is not None and "*" in condition.patterns


def _follows(wide: Condition, given: Condition) -> bool:
    """Whether ``wide`` holds wherever ``given`` does."""
    if wide.label != given.label:
        return False
    if wide.patterns is None or given.patterns is None:
        return wide.matcher == given.matcher and wide.patterns is given.patterns
    # a pattern fits another as if that were a text: then it fits all that the other fits
    return all(any(glob_matches(more, less) for more in wide.patterns) for less in given.patterns)


def _exclude(one: Condition, other: Condition) -> bool:
    """Whether no label fulfils both: each two patterns are apart, and one of them is a plain text."""
    if one.label != other.label or one.patterns is None or other.patterns is None:
        return False
    return all(_apart(left, right) for left in one.patterns for right in other.patterns)


def _apart(left: str, right: str) -> bool:
    if "*" not in left:
        return not glob_matches(right, left)
    return "*" not in right and not glob_matches(left, right)
