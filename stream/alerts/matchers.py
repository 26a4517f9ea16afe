"""Matchers of silences and planned events, as people type them at a shell."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from alerting.cases.record import CaseRecord
from alerting.render.plain import plain
from alerting.routing.labels import labels_of
from config.matchers import parse
from stream.errors import UserError

_LONGEST: Final = 300


def checked(texts: Sequence[str]) -> tuple[str, ...]:
    """The matchers, each once.

    Raises:
        UserError: if one is none, or if together they leave nothing out, as Alertmanager demands it: one of
            them must not fit an empty label.
    """
    if not texts:
        raise UserError("say what it is about: a matcher such as team=search", exit_code=2)
    try:
        parsed = [parse(text) for text in texts]
    except ValueError as error:
        raise UserError(plain(str(error), _LONGEST), exit_code=2) from None
    if all(one.matches({}) for one in parsed):
        raise UserError(
            f"{in_words(texts)}: fits also what has no such label; add a matcher that names something, "
            "such as team=search",
            exit_code=2,
        )
    return tuple(dict.fromkeys(text.strip() for text in texts))


def in_words(matchers: Sequence[str]) -> str:
    """The matchers as a shell takes them."""
    return plain(shlex.join(matchers), _LONGEST)


def fit(matchers: Sequence[str], labels: Mapping[str, str]) -> bool:
    """Whether all of them do; what cannot be read, from a newer version, does not."""
    try:
        return all(parse(text).matches(labels) for text in matchers)
    except ValueError:
        return False


def open_cases(matchers: Sequence[str], cases: Iterable[CaseRecord]) -> int:
    """How many cases that are not over they fit."""
    return sum(
        case.anomaly.state == "open" and fit(matchers, labels_of(case.anomaly)) for case in cases
    )
