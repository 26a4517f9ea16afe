"""Things with matchers, found by labels: whoever asks does not go through all of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from config.matchers import LabelMatcher

T = TypeVar("T")

_Known = tuple[T, Sequence[LabelMatcher]]
_Answer = tuple[Mapping[str, str], tuple[T, ...]]


class Matched(Generic[T]):
    """Things by id, each with matchers of which all must fit.

    One that asks for a label to be equal to something is looked at only for labels with that value; the others, such
    as those with regular expressions alone, for all.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known[T]] = {}
        self._by_value: defaultdict[str, defaultdict[str, dict[str, _Known[T]]]] = defaultdict(
            lambda: defaultdict(dict)
        )  # by label and value without case
        self._others: dict[str, _Known[T]] = {}

        self._answers: dict[str, _Answer[T]] = {}  # by anomaly

    def put(self, key: str, thing: T, matchers: Sequence[LabelMatcher]) -> None:
        """Take a thing in; it replaces what was there under its id."""
        self.remove(key)
        self._known[key] = (thing, matchers)
        self._place(matchers)[key] = (thing, matchers)

    def remove(self, key: str) -> None:
        """Drop a thing, if it is there."""
        self.forget_answers()
        known = self._known.pop(key, None)
        if known is not None:
            del self._place(known[1])[key]

    def get(self, key: str) -> T | None:
        """The thing of an id."""
        known = self._known.get(key)
        return None if known is None else known[0]

    def __iter__(self) -> Iterator[T]:
        return (thing for thing, _ in self._known.values())

    def that_match(self, labels: Mapping[str, str]) -> tuple[T, ...]:
        """The things whose matchers all fit.

        The answer is kept for an anomaly's labels as long as they are the same object and nothing is put or removed.
        """
        if not self._known:
            return ()
        name = labels.get("anomaly_id", "")
        known = self._answers.get(name)
        if known is None or known[0] is not labels:
            known = (labels, tuple(self._search(labels)))
            if name:
                self._answers[name] = known
        return known[1]

    def forget_answers(self) -> None:
        """Drop what is kept for anomalies, some of which may be over."""
        self._answers.clear()

    def _search(self, labels: Mapping[str, str]) -> Iterator[T]:
        yield from _fitting(self._others, labels)
        for name, values in self._by_value.items():
            those = values.get(labels.get(name, "").casefold())
            if those:
                yield from _fitting(those, labels)

    def _place(self, matchers: Sequence[LabelMatcher]) -> dict[str, _Known[T]]:
        """Where a thing with these matchers is kept: by the first that asks for a value."""
        for one in matchers:
            if one.operator == "=":
                return self._by_value[one.name][one.value.casefold()]
        return self._others


def _fitting(those: Mapping[str, _Known[T]], labels: Mapping[str, str]) -> Iterator[T]:
    return (
        thing for thing, matchers in those.values() if all(one.matches(labels) for one in matchers)
    )
