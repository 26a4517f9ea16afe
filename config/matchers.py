"""Matchers in Alertmanager's form: ``team=search``, ``environment!=dev``, ``service=~GPT.*``, ``model!~"a|b"``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_FORM: Final = re.compile(
    r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|.*?)\s*'
)
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class LabelMatcher:
    """One label, and what its value must or must not be; a label that is missing is empty."""

    label: str
    operator: str
    value: str
    pattern: re.Pattern[str] | None  # of ``=~`` and ``!~``; the whole value must fit

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels fit."""
        value = labels.get(self.label, "")
        fits = value == self.value if self.pattern is None else bool(self.pattern.fullmatch(value))
        return fits is not self.operator.startswith("!")


@lru_cache(maxsize=4096)
def parse(text: str) -> LabelMatcher:
    """The matcher that a text says.

    Raises:
        ValueError: if it is none, or its regular expression does not compile.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError(
            f"{text!r} is no matcher; write a label, one of = != =~ !~, and a value, such as team=search"
        )
    label, operator, value = form.groups()
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        value = _ESCAPED.sub(r"\1", value[1:-1])
    if "~" not in operator:
        return LabelMatcher(label, operator, value, None)
    try:
        return LabelMatcher(label, operator, value, re.compile(value))
    except re.error as error:
        raise ValueError(f"{text!r}: the regular expression is wrong: {error}") from None
