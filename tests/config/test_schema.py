"""The JSON schema of the rules file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from config.loader import DEFAULT_RULES
from config.schema import SCHEMA_FILE, rules_schema, schema_text
from config.yaml_tree import parse_yaml

FILES = [DEFAULT_RULES, *sorted(DEFAULT_RULES.parent.joinpath("examples").glob("*.yaml"))]
VALIDATOR = Draft202012Validator(rules_schema())


def _properties(schema: object) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inner in schema.values():
            yield from _properties(inner)


def test_the_schema_that_is_kept_is_up_to_date() -> None:
    """After a change of the models: `spendwatch config schema > config/rules.schema.json`."""
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema() -> None:
    """It is valid JSON schema of the draft that it names."""
    Draft202012Validator.check_schema(rules_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_default_and_example_files_fit_the_schema(path: Path) -> None:
    """An editor marks nothing in the files that are shipped."""
    value = parse_yaml(path.read_text(encoding="utf-8"), path.name).value
    assert [error.message for error in VALIDATOR.iter_errors(value)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_name_the_schema_for_editors(path: Path) -> None:
    """The first line leads from the file to the schema."""
    line = path.read_text(encoding="utf-8").splitlines()[0]
    named = path.parent / line.removeprefix("# yaml-language-server: $schema=")
    assert named.resolve() == SCHEMA_FILE


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("version", 2),
        ("alerts", {}),
        ("routing", {"default_channel": "finops"}),
        ("digest", {"channel": "#finops", "at": "8 am"}),
        ("detection", {"defaults": {"resolve_after": 3600}}),
        ("detection", {"defaults": {"min_impact": -1}}),
        ("allocation", {"rules": [{"name": "a", "by": "tags"}]}),
    ],
)
def test_what_the_loader_refuses_an_editor_marks(section: str, value: object) -> None:
    """Usual mistakes do not fit the schema."""
    rules = parse_yaml(DEFAULT_RULES.read_text(encoding="utf-8"), "f").value
    assert isinstance(rules, dict)
    assert not VALIDATOR.is_valid({**rules, section: value})


def test_every_field_is_described_and_its_default_and_examples_fit() -> None:
    """An editor can explain each key, and what it offers is right."""
    properties = list(_properties(rules_schema()))
    assert [name for name, schema in properties if not schema.get("description")] == []
    definitions = {"$defs": rules_schema()["$defs"]}
    for name, schema in properties:
        validator = Draft202012Validator({**definitions, **schema})
        offered = [schema["default"]] if "default" in schema else []
        offered += schema.get("examples", [])  # type: ignore[arg-type]  # plain JSON
        assert [value for value in offered if not validator.is_valid(value)] == [], name
