"""What pydantic found wrong, said as findings: where it stands in the file, and what would be right."""

import difflib
import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.errors import Finding
from config.places import Path, Tree, field_name
from config.shapes import Spot, choices, follow, tagged_models
from config.yaml_syntax import dump_line

_REMEDIES = {
    "missing": "is missing; add it",
    "string_type": 'write text; put it in quotes, such as "42"',
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "decimal_parsing": "write a number",
    "decimal_type": "write a number",
    "finite_number": "write a finite number",
    "greater_than": "write a number greater than {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "too_short": "write at least {min_length}",
    "string_too_short": "write a text that is not empty",
    "string_too_long": "write at most {max_length} characters",
    "tuple_type": "write a list: [a, b], or lines that begin with `- `",
    "dict_type": "write a mapping: lines of `key: value`",
    "model_type": "write a mapping: lines of `key: value`",
}
_SAID_IN_REMEDY = {"missing", "extra_forbidden", "value_error", "union_tag_not_found"}
_MOST_SHOWN = 60


def rule_findings(
    model: type[BaseModel], errors: Sequence[ErrorDetails], tree: Tree
) -> list[Finding]:
    """The findings for pydantic's ``errors`` about ``tree``, which was to be a ``model``."""
    findings = []
    for error in errors:
        spot = follow(model, error["loc"])
        context = error.get("ctx", {})
        if error["type"].startswith("union_tag"):
            spot = Spot((*spot.path, "by"), spot.around, None)
        remedy = remedy_of(error, spot)
        # a check that looks at several values names the ones that it means
        for item in context.get("items", [()]):
            path: Path = (*spot.path, *item)
            place = tree.place(path)
            found = "" if error["type"] in _SAID_IN_REMEDY else shown(tree.at(path))
            findings.append(Finding(place.file, place.line, field_name(path), found, remedy))
    return findings


def remedy_of(error: ErrorDetails, spot: Spot) -> str:
    """What would be right at the ``spot`` of pydantic's ``error``, in one clause."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"is unknown; {nearest(spot.key, spot.known_keys())}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "refused":
        return str(context["remedy"])
    if kind == "literal_error":
        words = choices(spot.field) or re.findall("'([^']*)'", context["expected"])
        return f"write {_either(words)}"
    if kind.startswith("union_tag"):
        verb = "write" if kind == "union_tag_invalid" else "is missing; add"
        return f"{verb} {_either(list(tagged_models(spot.around)))}, for example `by: tag`"
    remedy = _REMEDIES.get(kind, error["msg"]).format_map(dict(context))
    return remedy + _example(spot.key, spot.field)


def nearest(name: str, known: Sequence[str], *, prefix: str = "") -> str:
    """Which of the ``known`` names was probably meant; all of them if none is near.

    ``prefix`` is what all of them begin with, so that it counts for no likeness.
    """
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(prefix + one for one in near)}?"
    return f"known here: {', '.join(prefix + one for one in known)}"


def shown(value: object) -> str:
    """A wrong value as a finding shows it: in short."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


def _example(key: str, field: FieldInfo | None) -> str:
    if field is None or not field.examples:
        return ""
    return f", for example `{key}: {dump_line(field.examples[0])}`"
