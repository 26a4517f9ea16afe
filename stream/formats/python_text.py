"""What Python prints of a value, as JSON: bills go through notebooks, which write their columns so."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

import msgspec

LONGEST: Final = 65_536
"""Characters that are read. A longer cell is an error of its publisher."""

_TOKEN: Final = re.compile(
    r"""
    (?P<string>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*")
    | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<wrapped>\b(?:Decimal|array|dict|OrderedDict)(?=\())
    | (?P<dtype>,\s*dtype=\w+)
    | (?P<word>\w+)
    | (?P<sign>[\[\]{}(),:])
    | (?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final = {"None": "null", "True": "true", "False": "false", "nan": "null", "NaN": "null"}
_WORDS_OF_JSON: Final = frozenset({"null", "true", "false"})
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}


class NoPythonError(ValueError):
    """The text is no literal of Python's."""


def as_json(text: str) -> str:
    """JSON of a literal: ``[{'key': None}]`` is ``[{"key":null}]``, a tuple an array. Numbers keep their digits.

    Raises:
        NoPythonError: if there is a word or a sign in it that no literal has, or it is longer than `LONGEST`.
    """
    if len(text) > LONGEST:
        raise NoPythonError(text[:20])
    parts: list[str] = []
    closing: list[str] = []  # of each bracket that is open
    at, is_wrapped = 0, False
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NoPythonError(text[at : at + 20])
        at = found.end()
        kind, token = str(found.lastgroup), found.group()
        if kind == "wrapped":
            is_wrapped = True
        elif kind == "sign":
            parts.append(_bracket(token, closing, is_wrapped=is_wrapped))
            is_wrapped = False
        elif kind not in {"space", "dtype"}:
            parts.append(_value(kind, token))
    return "".join(_without_last_commas([part for part in parts if part]))


def _without_last_commas(parts: list[str]) -> Iterator[str]:
    """A tuple of one has a comma behind it, which JSON does not know."""
    for part, after in zip_longest(parts, parts[1:]):
        if part != "," or after not in {"]", "}"}:
            yield part


def _bracket(sign: str, closing: list[str], *, is_wrapped: bool) -> str:
    """A tuple's brackets are an array's; those of a call are none."""
    if sign == "(":
        closing.append("" if is_wrapped else "]")
        return "" if is_wrapped else "["
    if sign in "[{":
        closing.append("]" if sign == "[" else "}")
        return sign
    if sign in ")]}":
        if not closing:
            raise NoPythonError(sign)
        return closing.pop()
    return sign


def _value(kind: str, token: str) -> str:
    if kind == "number":
        return token
    if kind == "word":
        if token not in _WORDS and token not in _WORDS_OF_JSON:
            raise NoPythonError(token)
        return _WORDS.get(token, token)
    return msgspec.json.encode(_ESCAPE.sub(_unescaped, token[1:-1])).decode()


def _unescaped(found: re.Match[str]) -> str:
    what = found.group(1)
    if len(what) == 1:
        return _ESCAPES.get(what, what)
    code = int(what[1:], 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise NoPythonError(what)
    return chr(code)
