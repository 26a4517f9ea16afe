"""Matchers of labels in Alertmanager's form: ``team=search``, ``environment!=dev``, ``service=~GPT.*|Claude.*``.

They are Alertmanager's but for two things. Case makes no difference, as nowhere in the rules (``(?-i:...)`` in a
regular expression asks for it). And labels are known: a name that no anomaly has is refused. Regular expressions
are RE2's, as there; they take time in proportion to the text, so that none can hold up the one who asks it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Final, Literal

import re2
from pydantic import AfterValidator

from config.explain import nearest
from config.labels import LABELS, WORDS

Operator = Literal["=", "!=", "=~", "!~"]

_FORM: Final = re.compile(r"\s*([^\s=!~\"'{},]+)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_KEPT: Final = 4096  # matchers whose parsed form is remembered
_LONGEST: Final = 1000  # characters
_EXAMPLES: Final = "such as team=search, environment!=dev or service=~GPT.*"


@dataclass(frozen=True, slots=True)
class LabelMatcher:
    """One condition on one label. A label that is missing counts as empty."""

    name: str
    operator: Operator
    value: str
    _pattern: object = field(repr=False, compare=False)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the label fulfils it."""
        return self.takes(labels.get(self.name, ""))

    def takes(self, text: str) -> bool:
        """Whether a label with this value fulfils it."""
        if self.operator in {"=", "!="}:
            is_same = text.casefold() == self.value.casefold()
        else:
            is_same = self._pattern.fullmatch(text) is not None  # type: ignore[attr-defined]  # re2 has no types
        return is_same == (self.operator in {"=", "=~"})

    def __str__(self) -> str:
        return f'{self.name}{self.operator}"{_quoted(self.value)}"'


@lru_cache(maxsize=_KEPT)
def parse(text: str, labels: tuple[str, ...] = LABELS, examples: str = _EXAMPLES) -> LabelMatcher:
    """The matcher that a text says.

    Args:
        text: label, one of ``=``, ``!=``, ``=~`` and ``!~``, and a value, in double quotes if need be. A regular
            expression must fit the whole value.
        labels: those that are known; one that ends with a point stands for all that begin so.
        examples: what an error shows.

    Raises:
        ValueError: with what is wrong and what would be right.

    >>> parse('service=~"GPT.*|Claude.*"').matches({"service": "Claude 4"})
    True
    """
    if len(text) > _LONGEST:
        raise ValueError(f"has {len(text)} characters; write at most {_LONGEST}")
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError(f"{text!r} is no matcher; write label, operator and value, {examples}")
    name, operator = form[1], form[2]
    if not _is_known(name, labels):
        raise ValueError(f"{name!r} is no label; {nearest(name, labels)}")
    value = _unquoted(form[3], text)
    pattern = _compiled(value, text) if operator in {"=~", "!~"} else None
    matcher = LabelMatcher(name, operator, value, pattern)  # type: ignore[arg-type]  # the form has no other
    _require_use(matcher, text)
    return matcher


def _is_known(name: str, labels: tuple[str, ...]) -> bool:
    return name in labels or any(
        name.startswith(label) and name != label for label in labels if label.endswith(".")
    )


def check_matcher(text: str) -> str:
    """The text itself, if it is a matcher; else a ValueError, as of `parse`."""
    parse(text)
    return text


MatcherText = Annotated[str, AfterValidator(check_matcher)]


def _unquoted(value: str, text: str) -> str:
    if value.startswith('"'):
        inner = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', value, re.DOTALL)
        if inner is None:
            raise ValueError(
                f'{text!r} has a quote that is not closed, or text behind it; close it with "'
            )
        return _ESCAPED.sub(_unescaped, inner[1])
    if '"' in _ESCAPED.sub("", value):
        raise ValueError(
            f'{text!r} has a quote within the value; put all of it in quotes, and \\" for a quote'
        )
    return _ESCAPED.sub(_unescaped, value)


def _unescaped(found: re.Match[str]) -> str:
    """Alertmanager's escapes; any other character behind a backslash stays as it is, and so does that."""
    return {"n": "\n", '"': '"', "\\": "\\"}.get(found[1], found[0])


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _compiled(value: str, text: str) -> object:
    options = re2.Options()
    options.case_sensitive = False
    options.dot_nl = True
    options.log_errors = False
    try:
        return re2.compile(value, options)
    except re2.error as error:
        said = error.args[0]
        why = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise ValueError(
            f"{text!r} has a regular expression that RE2 does not take ({why}); mend it, such as service=~GPT.*"
        ) from None


def _require_use(matcher: LabelMatcher, text: str) -> None:
    """Refuses what tells nothing apart of a label that takes only certain words, such as ``severity=hihg``."""
    words = WORDS.get(matcher.name)
    if words is None or matcher.operator in {"!=", "!~"}:
        return
    if not any(matcher.takes(word) for word in (*words, "")):
        raise ValueError(f"{text!r} matches nothing; {nearest(matcher.value, words)}")
