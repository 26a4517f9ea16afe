"""Inhibition, after Alertmanager: while one anomaly fires, others that follow from it are quiet.

A rule names a source and a target by matchers, and labels in which both must be ``equal``. Nothing inhibits itself: where
an anomaly matches both sides of a rule, no other that matches both sides inhibits it by that rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from config.matchers import LabelMatcher, parse


class InhibitRule(Protocol):
    """A rule as the configuration holds it."""

    @property
    def name(self) -> str:
        """As people call it."""

    @property
    def source(self) -> Sequence[str]:
        """Matchers of what keeps others quiet."""

    @property
    def target(self) -> Sequence[str]:
        """Matchers of what is kept quiet."""

    @property
    def equal(self) -> Sequence[str]:
        """Labels that must have the same value; one that is missing is empty."""


class Rule(NamedTuple):
    """A rule that is built in."""

    name: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    equal: tuple[str, ...]


# A source that has stopped makes its series fall and end: that one is told, they are not.
BUILT_IN: Final = (
    Rule("stale-source-falls", ("kind=freshness",), ("direction=down",), ("source",)),
    Rule("stale-source-ends", ("kind=freshness",), ("kind=ended",), ("source",)),
)
Firing = Iterable[tuple[str, Mapping[str, str]]]


class _Source(NamedTuple):
    anomaly_id: str
    is_target: bool  # it matches the target's side of the rule as well


class _Indexed(NamedTuple):
    rule: InhibitRule
    source: tuple[LabelMatcher, ...]
    target: tuple[LabelMatcher, ...]
    sources: dict[tuple[str, ...], list[_Source]]  # by the values of `equal`


class Inhibition:
    """Who inhibits whom while a set of anomalies fires; each question costs one look-up a rule.

    Args:
        firing: ids and labels of the anomalies that are open.
        rules: those of the configuration; the built-in ones come before them.
    """

    def __init__(self, firing: Firing, rules: Sequence[InhibitRule]) -> None:
        self._rules = [
            _Indexed(rule, _parsed(rule.source), _parsed(rule.target), {})
            for rule in (*BUILT_IN, *rules)
        ]
        for anomaly_id, labels in sorted(firing, key=lambda one: one[0]):
            for rule in self._rules:
                if _all_match(rule.source, labels):
                    source = _Source(anomaly_id, _all_match(rule.target, labels))
                    rule.sources.setdefault(_values(rule, labels), []).append(source)

    def inhibitor(self, labels: Mapping[str, str], anomaly_id: str) -> str | None:
        """The id of an anomaly that keeps this one quiet: of the first rule by which one does, the first by id."""
        for rule in self._rules:
            sources = rule.sources.get(_values(rule, labels))
            if not sources or not _all_match(rule.target, labels):
                continue
            is_source = _all_match(rule.source, labels)
            for one in sources:
                if one.anomaly_id != anomaly_id and not (is_source and one.is_target):
                    return one.anomaly_id
        return None


def inhibitor(
    labels: Mapping[str, str], anomaly_id: str, firing: Firing, rules: Sequence[InhibitRule]
) -> str | None:
    """The id of an anomaly that keeps this one quiet, if one does.

    Whoever asks for many anomalies at once makes one `Inhibition` and asks that.

    Args:
        labels: of the anomaly in question.
        anomaly_id: its id.
        firing: ids and labels of the anomalies that are open; it may be among them.
        rules: those of the configuration; the built-in ones come before them.
    """
    return Inhibition(firing, rules).inhibitor(labels, anomaly_id)


def _values(rule: _Indexed, labels: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(labels.get(name, "") for name in rule.rule.equal)


def _parsed(matchers: Sequence[str]) -> tuple[LabelMatcher, ...]:
    return tuple(parse(text) for text in matchers)


def _all_match(matchers: tuple[LabelMatcher, ...], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)
