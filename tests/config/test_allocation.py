"""Allocation rules as they are written: what is refused, with its line, and files of tables."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import DEFAULT_RULES, load_rules
from config.rules import Rules
from config.table_rule import TableRule
from config.yaml_syntax import dump

_BEFORE, _, _REST = DEFAULT_RULES.read_text(encoding="utf-8").partition("\nallocation:\n")
BASE = f"{_BEFORE}\n{_REST[_REST.index('# When a deviation') :]}"
START = BASE.count("\n") + 2  # the line of the first rule's name
RULE = """\
allocation:
  rules:
"""


def _load(folder: Path, *lines: str) -> Rules:
    path = folder / "r.yaml"
    path.write_text(f"{BASE}{RULE}" + "".join(f"    {line}\n" for line in lines), encoding="utf-8")
    return load_rules(path)


def _said(folder: Path, *lines: str) -> list[str]:
    """What the loader says, its lines counted from the first rule on."""
    with pytest.raises(ConfigError) as raised:
        _load(folder, *lines)
    said = []
    for one in raised.value.findings:
        file, number = Path(one.file).name, one.line or 0
        line = number - START if file == "r.yaml" else number
        said.append(str(one).replace(f"{one.file}:{number}", f"{file}:{line}"))
    return said


MATCH = ["- name: a", "  by: match"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["  team: b", "  match: {acount: x}"], "r.yaml:4: allocation.rules[0].match.acount: is unknown; did you mean account?"),
        (["  team: b", "  match: {account: []}"], "r.yaml:4: allocation.rules[0].match.account: is an empty list, which matches nothing; write a pattern or leave it out"),
        (["  team: b", "  match: {account: 4711}"], 'r.yaml:4: allocation.rules[0].match.account: 4711 is no text; write a pattern in quotes, such as "42*"'),
        (["  team: b", "  match: {tags: {app: 7}}"], 'r.yaml:4: allocation.rules[0].match.tags.app: 7 is no text; write a pattern in quotes, such as "42*"'),
        (["  team: b", "  match: {charge_kind: fee}"], "r.yaml:4: allocation.rules[0].match.charge_kind: 'fee' matches nothing; write one of usage, recurring, purchase, tax, credit, adjustment, or a pattern with * (found 'fee')"),
        (["  team: b", "  matchers: [acount=1]"], "r.yaml:4: allocation.rules[0].matchers[0]: 'acount' is no label; did you mean account?"),
        (["  team: b", "  matchers: [tag.=1]"], "r.yaml:4: allocation.rules[0].matchers[0]: 'tag.' names no tag; write its key, such as tag.cost_center"),
        (["  team: b", "  matchers: [account]"], "r.yaml:4: allocation.rules[0].matchers[0]: 'account' is no matcher; write label, operator and value, such as account=4711, tag.app!=shop or service=~Amazon.*"),
        (["  team: b", "  from: soon"], "r.yaml:4: allocation.rules[0].from: 'soon' is no date; write year, month and day, such as 2026-12-24"),
        (["  team: b", "  from: 2026-02-01", "  until: 2026-02-01"], "r.yaml:5: allocation.rules[0].until: is not after `from`, so that no day is left (found '2026-02-01')"),
        (["  match: {account: a}"], "r.yaml:1: allocation.rules[0]: gives nothing; add one of team, service, environment, cost_center, product or split (found a mapping)"),
        (["  team: b", "  split: {even: [c, d]}"], "r.yaml:3: allocation.rules[0].team: cannot stand beside `split`; keep one (found 'b')"),
        (["  split: {even: [c]}"], "r.yaml:3: allocation.rules[0].split: needs two teams or more; for one write `team` instead (found a mapping)"),
        (["  split: {}"], "r.yaml:3: allocation.rules[0].split: needs two teams or more; for one write `team` instead (found an empty mapping)"),
        (["  split: {even: [c, d], shares: {c: 1, d: 2}}"], "r.yaml:3: allocation.rules[0].split.shares: cannot stand beside `even`; keep one (found a mapping)"),
        (["  split: {even: [c, C]}"], "r.yaml:3: allocation.rules[0].split.even[1]: is named before; write `shares` to give a team more than others (found 'C')"),
        (["  split: {shares: {c d: 1, C-D: 2}}"], "r.yaml:3: allocation.rules[0].split.shares.C-D: is another spelling of an earlier team; keep one (found 2)"),
        (["  split: {shares: {c: 0, d: 2}}"], "r.yaml:3: allocation.rules[0].split.shares.c: write 0.000001 or more (found 0)"),
        (["  split: {shares: {c: true, d: 2}}"], "r.yaml:3: allocation.rules[0].split.shares.c: true is no number; write an amount such as 10 or 0.5"),
    ],
)  # fmt: skip
def test_a_bad_condition_or_split(tmp_path: Path, lines: list[str], said: str) -> None:
    """Each is found with line, field and remedy."""
    assert said in _said(tmp_path, *MATCH, *lines)


def _table(*lines: str) -> list[str]:
    return ["- name: a", "  by: table", *(f"  {line}" for line in lines)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["look_up: account"], "r.yaml:1: allocation.rules[0]: lists nothing; write `rows` or a `file` (found a mapping)"),
        (["look_up: acount", "rows: [{value: a, team: b}]"], "r.yaml:3: allocation.rules[0].look_up: 'acount' is no trait of a charge; did you mean account?"),
        (["look_up: tag.", "rows: [{value: a, team: b}]"], "r.yaml:3: allocation.rules[0].look_up: 'tag.' names no tag; write its key, such as tag.cost_center"),
        (["look_up: account", "rows:", "  - {value: a}"], "r.yaml:5: allocation.rules[0].rows[0]: gives nothing; fill one of team, service, environment, cost_center, product (found a mapping)"),
        (["look_up: account", "rows:", "  - {value: a, team: b}", "  - {value: A, team: c}"], "r.yaml:6: allocation.rules[0].rows[1].value: stands in an earlier row too; keep one (found 'A')"),
        (["look_up: tag.x", "rows:", "  - {value: a b, team: b}", "  - {value: a_B, team: c}"], "r.yaml:6: allocation.rules[0].rows[1].value: stands in an earlier row too; keep one (found 'a_B')"),
    ],
)  # fmt: skip
def test_a_bad_table(tmp_path: Path, lines: list[str], said: str) -> None:
    """Each is found with line, field and remedy."""
    assert _said(tmp_path, *_table(*lines)) == [said]


def test_rows_of_a_file_stand_behind_those_of_the_rule(tmp_path: Path) -> None:
    """Comments, blank lines, spaces and empty cells are passed over; a column may be named in any case."""
    text = '# accounts\n\nValue, Team ,Cost Center\n1, search ,\n 2,,"4,7"\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8-sig")
    lines = _table("look_up: account", "file: a.csv", "rows: [{value: '0', team: x}]")
    (rule,) = _load(tmp_path, *lines).allocation.rules
    assert isinstance(rule, TableRule)
    rows = [(row.value, row.team, row.cost_center) for row in rule.rows]
    assert rows == [("0", "x", ""), ("1", "search", ""), ("2", "", "4,7")]
    assert rule.file is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "r.yaml:4: allocation.rules[0].file: does not exist; write its path from the folder of the rules (found 'a.csv')"),
        (b"\xff", "r.yaml:4: allocation.rules[0].file: is not UTF-8; save it as UTF-8 (found 'a.csv')"),
        (b"# none\n", "r.yaml:4: allocation.rules[0].file: has no rows; write a line such as `value,team`, and one a value below it (found 'a.csv')"),
        (b"value,team\n", "r.yaml:4: allocation.rules[0].file: has no rows; write a line such as `value,team`, and one a value below it (found 'a.csv')"),
        (b"value,taem\n1,a\n", "a.csv:1: header: 'taem' is no column; did you mean team?"),
        (b"\nvalue,team,team\n1,a,b\n", "a.csv:2: header: 'team' is there twice; keep one"),
        (b"team,product\na,b\n", "a.csv:1: header: write `value` and one or more of team, service, environment, cost_center, product"),
        (b"value,team\n1,a,b\n", "a.csv:2: line: has 3 fields, the header 2; put a text with a comma in quotes"),
        (b"value,team\n1,a\n\n,b\n", "a.csv:4: allocation.rules[0].rows[1].value: write a text that is not empty, for example `value: 012345678901` (found '')"),
        (b"value,team\n1,\n", "a.csv:2: allocation.rules[0].rows[0]: gives nothing; fill one of team, service, environment, cost_center, product (found a mapping)"),
        (b"value,team\n1,a\nx,b\n1,c\n", "a.csv:4: allocation.rules[0].rows[2].value: stands in an earlier row too; keep one (found '1')"),
    ],
)  # fmt: skip
def test_a_bad_file(tmp_path: Path, text: bytes | None, said: str) -> None:
    """What is wrong in it is said with its own line."""
    if text is not None:
        (tmp_path / "a.csv").write_bytes(text)
    found = _said(tmp_path, *_table("look_up: account", "file: a.csv"))
    assert [one.replace(f"{tmp_path}/", "") for one in found] == [said]


def test_what_is_shown_loads_as_the_same_rules(tmp_path: Path) -> None:
    """Days, shares and rows are written as they are read."""
    lines = [
        *("- name: a", "  by: match", "  from: 2026-01-01", "  until: 2026-02-01"),
        *("  match: {account: [a, b], tags: {x: '1*'}}", "  split: {shares: {a: 0.1, b: 33}}"),
        *("- name: b", "  by: table", "  look_up: tag.x", "  rows: [{value: '1', team: c}]"),
    ]
    rules = _load(tmp_path, *lines)
    path = tmp_path / "again.yaml"
    path.write_text(dump(rules.model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    assert load_rules(path) == rules


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("teams: {a b: c, A-B: d}", "allocation.teams.A-B: is another spelling of an earlier key, for something else; keep one (found 'd')"),
        ("tag_aliases: {team: []}", "allocation.tag_aliases.team: write at least 1 (found an empty list)"),
        ("tag_aliases: {a.b: [c], a_b: [d]}", "allocation.tag_aliases.a_b: is another spelling of an earlier key; write all of its aliases there (found a list)"),
    ],
)  # fmt: skip
def test_bad_spellings(tmp_path: Path, line: str, said: str) -> None:
    """Two that would be one are found."""
    path = tmp_path / "r.yaml"
    path.write_text(f"{BASE}allocation:\n  {line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_rules(path)
    assert [str(one).split(": ", 1)[1] for one in raised.value.findings] == [said]
