"""Mappings in the rules, and the files that their lookups name."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import load_rules
from config.rules import Rules

RULES = """\
version: 1
sources:
  billing: {bucket: 1h, lateness: 6h, horizon: 35d, idle_after: 10m}
  usage: {bucket: 5m, lateness: 2m, horizon: 6h, idle_after: 1m}
routing: {default_channel: "#spend"}
digest: {channel: "#finops"}
mappings:
"""
GOOD = """\
  - name: acme
    recognise: [Line]
    columns: {time: Date, cost: Amount, service: Product, team: Center}
    constants: {currency: EUR}
"""


def _load(folder: Path, mappings: str, **files: str) -> Rules:
    for name, text in files.items():
        folder.joinpath(f"{name}.csv").write_text(text, encoding="utf-8")
    rules = folder / "r.yaml"
    rules.write_text(RULES + mappings, encoding="utf-8")
    return load_rules(rules)


def _said(folder: Path, mappings: str, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        _load(folder, mappings, **files)
    return [str(one).replace(f"{folder}/", "") for one in raised.value.findings]


def test_values_of_a_file_join_those_of_the_rules(tmp_path: Path) -> None:
    """As if they had been written there; the file is named no more."""
    text = GOOD + "    lookups: [{field: team, file: teams.csv, values: {a: b}}]\n"
    rules = _load(tmp_path, text, teams="\ufefffrom,to\n# comment\n4711, search\n\n4712,data\n")
    (lookup,) = rules.mappings[0].lookups
    assert lookup.values == {"a": "b", "4711": "search", "4712": "data"}
    assert lookup.file is None


@pytest.mark.parametrize(
    ("file", "finding"),
    [
        ("from;to\n", "teams.csv:1: line: write `from,to` in the first line"),
        ("from,to\na\n", "teams.csv:2: line: has 1 fields; write `value,meaning`"),
        ("from,to\na,b\na,c\n", "teams.csv:3: from: stands in the list or in an earlier line too"),
        ("from,to\nx,b\n", "teams.csv:2: from: stands in the list or in an earlier line too"),
        (None, "does not exist"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, file: str | None, finding: str) -> None:
    """The finding names the file and the line, or the rules where there is no file."""
    text = GOOD + "    lookups: [{field: team, file: teams.csv, values: {x: y}}]\n"
    files = {} if file is None else {"teams": file}
    said = _said(tmp_path, text, **files)
    assert finding in said[0]


@pytest.mark.parametrize(
    ("changed", "to", "finding"),
    [
        ("cost: Amount", "costs: Amount", "mappings[0].columns.costs"),
        ("time: Date, ", "", "mappings[0].columns: has no `time`"),
        ("cost: Amount", "price: Amount", "has no `cost`"),
        ("cost: Amount", "cost: Amount, price: P", "without a `quantity`"),
        ("service: Product, ", "", "says no `service`"),
        ("{currency: EUR}", "{region: eu}", "says no `currency`"),
        ("{currency: EUR}", "{currency: EUR, kind: refund}", "constants.kind: write one of usage"),
        ("{currency: EUR}", "{currency: EUR, technology: x}", "constants.technology"),
        ("{currency: EUR}", "{currency: EUR, cost: '1'}", "cannot be a constant"),
        ("[Line]", "[]", "recognise"),
        ("[Line]", "[Line]\n    cost_in: dollars", "cost_in: write one of units, cents"),
        ("[Line]", "[Line]\n    time_as: german", "time_as: write"),
        ("[Line]", "[Line]\n    timezone: Berlin", "Europe/Berlin"),
        ("[Line]", "[Line]\n    lookups: [{field: region, values: {a: b}}]", "does not read"),
        ("[Line]", "[Line]\n    recognize: [a]", "did you mean recognise"),
    ],
)
def test_what_is_wrong_is_found_at_load(
    tmp_path: Path, changed: str, to: str, finding: str
) -> None:
    """File, line, field and remedy, before a worker starts."""
    (said, *_) = _said(tmp_path, GOOD.replace(changed, to))
    assert said.startswith("r.yaml:")
    assert finding in said


def test_a_mapping_that_never_matches(tmp_path: Path) -> None:
    """An earlier one that needs fewer of the same columns would take its events."""
    more = GOOD.replace("acme", "other").replace("[Line]", "[Line, Amount]")
    assert len(_load(tmp_path, more + GOOD).mappings) == 2
    (said,) = _said(tmp_path, GOOD + more)
    assert "mappings[1].recognise: never matches: acme takes all" in said
    (said,) = _said(tmp_path, more + GOOD.replace("acme", "other"))
    assert "mappings[1].name" in said
