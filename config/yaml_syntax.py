"""The YAML of rules files: which plain words are more than text, and its errors in plain words.

Of YAML 1.1's guesses only those of the YAML 1.2 core schema are kept: ``no`` and ``on`` are text, ``10:30``
is no sum of minutes, ``2025-01-01`` no date, and ``012345678901`` stays an account number.
"""

import re

import yaml

from config.errors import Finding

TAG = "tag:yaml.org,2002:"
_WHOLE = r"(?:0|[1-9][0-9]{0,17})"  # a leading zero, or more than 18 digits: an identifier
FORMS = {
    "null": re.compile(r"(?:~|null|Null|NULL|)\Z"),
    "bool": re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"),
    "int": re.compile(rf"[-+]?{_WHOLE}\Z"),
    "float": re.compile(
        rf"(?:[-+]?(?:{_WHOLE}?\.[0-9]+|{_WHOLE}\.?)(?:[eE][-+]?[0-9]{{1,3}})?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
    ),
}
_FIRST_CHARACTERS = {"null": "~nN", "bool": "tTfF", "int": "-+0123456789", "float": "-+.0123456789"}

_PLAIN_WORDS = (
    (r"'\t'", "has a tab; indent with spaces"),
    (
        "mapping values are not allowed",
        "has a `: ` too many, or is indented wrongly; quote the text",
    ),
    ("could not find expected ':'", "has a key without `:`; write `key: value`"),
    ("expected <block end>", "is indented unlike its neighbours; line keys and `-` up"),
    ("expected ',' or", "has a bracket that is not closed, or misses a comma; close it"),
    ("while scanning a quoted scalar", "has a quote that is not closed; close it"),
    ("expected a single document", "has a second document (`---`); keep one in a file"),
    ("undefined alias", "has an unquoted `*`; put the text in quotes"),
    ("while scanning an alias", 'has an unquoted `*`; put it in quotes: "*"'),
    ("cannot start any token", "has a character that begins no value; put the text in quotes"),
)


class _RulesLoader(yaml.SafeLoader):
    """Composes nodes only; nothing is ever constructed by its tag."""


class _RulesDumper(yaml.SafeDumper):
    """Quotes what `_RulesLoader` would not read as text."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (PyYAML's hook)
        return True


for _side in (_RulesLoader, _RulesDumper):
    _side.yaml_implicit_resolvers = {}
    for _kind, _form in FORMS.items():
        _first = [*_FIRST_CHARACTERS[_kind], *([""] if _kind == "null" else [])]
        _side.add_implicit_resolver(f"{TAG}{_kind}", _form, _first)


def compose(text: str) -> yaml.Node | None:
    """The nodes of the one document in ``text``; None if it holds only space and comments.

    Raises:
        yaml.YAMLError: if it is no YAML; `syntax_finding` says it in plain words.
        RecursionError: if it is nested too deeply.
    """
    node: yaml.Node | None = yaml.compose(text, Loader=_RulesLoader)
    return node


def dump(value: object) -> str:
    """YAML of plain values, keys in their order, that `compose` reads as the same values."""
    return str(
        yaml.dump(value, Dumper=_RulesDumper, sort_keys=False, allow_unicode=True, width=100)
    )


def dump_line(value: object) -> str:
    """The same on one line: `[a, b]`, `{a: b}`, or a scalar."""
    text = yaml.dump([value], Dumper=_RulesDumper, default_flow_style=True, width=10_000)
    return str(text).strip()[1:-1]


def plain_scalar(kind: str, text: str) -> float | bool | None:
    """The value of a scalar of one of the `FORMS`."""
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(re.sub(r"\.(?=[in])", "", text.lower()))  # .inf and .nan
    return text.lower() == "true" if kind == "bool" else None


def syntax_finding(error: Exception, text: str, file: str) -> Finding:
    """What PyYAML says of ``text``, in plain words where the cause is a usual one."""
    if isinstance(error, RecursionError):
        return Finding(file, None, "YAML", "", "is nested too deeply; write it flatter")
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Finding(file, line, "YAML", "", "has a control character; delete it")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line_number = None if mark is None else mark.line + 1
    column = "" if mark is None else f"column {mark.column + 1} "
    said = str(error)
    for sign, words in _PLAIN_WORDS:
        if sign in said:
            return Finding(file, line_number, "YAML", "", f"{column}{words}")
    problem = getattr(error, "problem", None) or said.splitlines()[0]
    return Finding(file, line_number, "YAML", "", f"{column}is no YAML: {problem}")
