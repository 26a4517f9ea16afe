"""Rules files: what loads, and what is said of those that do not."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import DEFAULT_RULES, load_rules
from config.rules import Rules
from config.yaml_syntax import dump

EXAMPLES = sorted(DEFAULT_RULES.parent.joinpath("examples").glob("*.yaml"))
GOOD = """\
version: 1
sources:
  billing: {bucket: 1h, lateness: 6h, horizon: 35d, idle_after: 10m}
  usage:
    bucket: 5m
    lateness: 2m
    horizon: 6h
    idle_after: 1m
allocation:
  rules:
    - name: tags
      by: tag
      keys: [team]
    - name: accounts
      by: account
      values:
        012345678901: search
pricing:
  overrides:
    - model: own
      input_per_million: 1
      output_per_million: 2.5
detection:
  defaults:
    score: 1.0
    min_impact: 1
  overrides:
    - name: first
      match: {team: search}
      set: {sensitivity: low}
    - name: second
      match:
        source: usage
      set: {enabled: true}
routing:
  default_channel: "#spend"
  routes:
    - name: search
      match: {team: search}
      channel: "#search"
    - name: rest
      match: {}
      channel: C0123ABCD
digest:
  channel: "#finops"
  at: "08:00"
  timezone: UTC
  top: 10
"""


def _said(path: Path) -> list[str]:
    """What the loader says of a file, with only the file's name for its path."""
    with pytest.raises(ConfigError) as raised:
        load_rules(path)
    assert str(raised.value).count("\n") == len(raised.value.findings) - 1
    return [str(one).replace(f"{path.parent}/", "") for one in raised.value.findings]


def _write(folder: Path, text: str | bytes) -> Path:
    path = folder / "r.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_a_path_the_default_rules_load() -> None:
    """None gives the packaged rules, which are those of the design."""
    rules = load_rules(None)
    assert (rules.sources.billing.bucket, rules.sources.usage.bucket) == (3600, 300)
    assert (rules.sources.billing.horizon, rules.sources.usage.horizon) == (7 * 86_400, 6 * 3600)
    assert (rules.routing.default_channel, rules.digest.channel) == ("#cloud-spend", "#finops")
    assert [rule.name for rule in rules.allocation.rules] == ["owner-tags"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_load(path: Path) -> None:
    """Every example is valid as it stands, and fills every section."""
    rules = load_rules(path)
    assert rules.model_fields_set == set(Rules.model_fields)


@pytest.mark.parametrize("path", [DEFAULT_RULES, *EXAMPLES], ids=lambda path: path.name)
def test_shown_rules_load_as_the_same_rules(path: Path, tmp_path: Path) -> None:
    """What `config show` writes is read back as equal rules."""
    rules = load_rules(path)
    text = dump(rules.model_dump(mode="json", exclude_none=True))
    assert load_rules(_write(tmp_path, text)) == rules


BAD_VALUES = [
    ("bucket: 1h", "bucket: 7h", "3: sources.billing.bucket: 7h does not divide a day; write for example 1m, 5m, 10m, 15m, 1h or 1d"),
    ("bucket: 5m", "bucket: 0s", "5: sources.usage.bucket: 0s does not divide a day; write for example 1m, 5m, 10m, 15m, 1h or 1d"),
    ("bucket: 5m", "bucket: 5", "5: sources.usage.bucket: 5 has no unit; write for example 5s or 5m"),
    ("bucket: 5m", "bucket: five", "5: sources.usage.bucket: 'five' is not a duration; write a number with a unit, for example 90s, 5m, 1h30m or 35d"),
    ("bucket: 5m", "bucket:", "5: sources.usage.bucket: nothing is not a duration; write a number with a unit, for example 90s, 5m, 1h30m or 35d"),
    ("    horizon: 6h", "    horizon: 1m", "7: sources.usage.horizon: 1m is shorter than the lateness; write 2m or more"),
    ("    horizon: 6h\n", "", "4: sources.usage.horizon: is missing; add it, for example `horizon: 35d`"),
    ("by: tag\n", "by: tags\n", "12: allocation.rules[0].by: write one of tag, account, api_key, service, match, table, for example `by: tag` (found 'tags')"),
    ("      by: tag\n", "", "11: allocation.rules[0].by: is missing; add one of tag, account, api_key, service, match, table, for example `by: tag`"),
    ("keys: [team]", "keys: []", "13: allocation.rules[0].keys: write at least 1, for example `keys: [team, owner]` (found an empty list)"),
    ("keys: [team]", "keys: team", "13: allocation.rules[0].keys: write a list: [a, b], or lines that begin with `- `, for example `keys: [team, owner]` (found 'team')"),
    ("keys: [team]", "keys:\n        - team\n        - 7", '15: allocation.rules[0].keys[1]: write text; put it in quotes, such as "42" (found 7)'),
    ("keys: [team]", "keys: [team]\n      only_listed: true", "14: allocation.rules[0].only_listed: never matches without `values`; list them or remove it (found true)"),
    ("keys: [team]", "keys: [team]\n      tag: x", "14: allocation.rules[0].tag: is unknown; known here: name, from, until, by, keys, values, only_listed"),
    ("    - name: accounts\n", "    - \n", "15: allocation.rules[1].name: is missing; add it, for example `name: owner-tags`"),
    ("01: search", "01: 42", '17: allocation.rules[1].values.012345678901: write text; put it in quotes, such as "42" (found 42)'),
    ("01: search", "01: ''", "17: allocation.rules[1].values.012345678901: write a text that is not empty (found '')"),
    ("keys: [team]", "keys: [team]\n      values: {data-eng: data, Data_Eng: eng}", "14: allocation.rules[0].values.Data_Eng: is another spelling of an earlier key, for something else; keep one (found 'eng')"),
    ("name: accounts", "name: tags", "14: allocation.rules[1].name: is the name of an earlier one too; give each its own (found 'tags')"),
    ("output_per_million: 2.5", "output_per_million: cheap", "22: pricing.overrides[0].output_per_million: write a number, for example `output_per_million: 15.0` (found 'cheap')"),
    ("output_per_million: 2.5", "output_per_milion: 2", "20: pricing.overrides[0].output_per_million: is missing; add it, for example `output_per_million: 15.0`"),
    ("    score: 1.0", "    skore: 1.0", "25: detection.defaults.skore: is unknown; did you mean score?"),
    ("    score: 1.0", "    score: true", "25: detection.defaults.score: write a number, for example `score: 1.5` (found true)"),
    ("    score: 1.0", "    score: 0", "25: detection.defaults.score: write a number greater than 0.0, for example `score: 1.5` (found 0)"),
    ("    score: 1.0", "    score: .nan", "25: detection.defaults.score: write a finite number, for example `score: 1.5` (found nan)"),
    ("    min_impact: 1", "    min_impact: -1", "26: detection.defaults.min_impact: write 0 or more, for example `min_impact: 5` (found -1)"),
    ("    min_impact: 1", "    min_impact: true", "26: detection.defaults.min_impact: true is no number; write an amount such as 10 or 0.5"),
    ("    min_impact: 1", "    min_impact: .inf", "26: detection.defaults.min_impact: write a finite number, for example `min_impact: 5` (found inf)"),
    ("sensitivity: low", "sensitivity: hi", "30: detection.overrides[0].set.sensitivity: write one of low, normal, high (found 'hi')"),
    ("name: second", "name: first", "31: detection.overrides[1].name: is the name of an earlier one too; give each its own (found 'first')"),
    ("source: usage", "source: usages", "33: detection.overrides[1].match.source: 'usages' matches nothing; write one of billing, usage, or a pattern with *"),
    ("source: usage", "charge_kind: fee", "33: detection.overrides[1].match.charge_kind: 'fee' matches nothing; write one of usage, recurring, purchase, tax, credit, adjustment, or a pattern with *"),
    ("enabled: true", "enabled: maybe", "34: detection.overrides[1].set.enabled: write true or false (found 'maybe')"),
    ("      set: {enabled: true}", "      set:", "34: detection.overrides[1].set: write a mapping: lines of `key: value`, for example `set: {sensitivity: low}` (found nothing)"),
    ('"#spend"', "#spend", '36: routing.default_channel: is empty; write the channel in quotes, such as "#cloud-spend": an unquoted # is a comment'),
    ('"#search"', '"#Search"', "40: routing.routes[0].channel: '#Search' is no Slack channel; write \"#name\" in lower case, or an id such as C0123ABCD"),
    ("      match: {team: search}\n      channel", "      match: {}\n      channel", "42: routing.routes[1].match: never matches: an earlier route takes all of it; move it up (found an empty mapping)"),
    ('"08:00"', "800", '46: digest.at: 800 is no time of day; write hours and minutes, such as "08:00"'),
    ('"08:00"', "24:00", "46: digest.at: '24:00' is no time of day; write hours and minutes, such as \"08:00\""),
    ("UTC", "America", "47: digest.timezone: 'America' is no time zone; write an IANA name such as UTC or Europe/Berlin"),
    ("top: 10", "top: 31", "48: digest.top: write 30 or less, for example `top: 10` (found 31)"),
    ("top: 10", "top: true", "48: digest.top: write a whole number, for example `top: 10` (found true)"),
    ("top: 10", "top: 10\n  top: 11", "49: digest.top: is written twice, first in line 48; keep one"),
    ("version: 1\n", "", "1: version: is missing; add it, for example `version: 1`"),
    ("version: 1", "version: 2", "1: version: write 1 (found 2)"),
    ("version: 1", "version: 1\nalert: {}", "2: alert: is unknown; known here: version, sources, allocation, pricing, detection, routing, digest, limits, calendars, owners, links, mappings"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "said"), BAD_VALUES)
def test_a_bad_value_is_found_with_line_field_and_remedy(
    tmp_path: Path, good: str, bad: str, said: str
) -> None:
    """Each thing that is wrong gives a line with its place, its field and what would be right."""
    assert good in GOOD
    assert f"r.yaml:{said}" in _said(_write(tmp_path, GOOD.replace(good, bad, 1)))


BAD_FILES = [
    ("", "r.yaml: file: is empty; begin with `version: 1` and the sections"),
    ("# all\n# comments\n", "r.yaml: file: is empty; begin with `version: 1` and the sections"),
    ("- a", "r.yaml:1: file: is no mapping; begin with `version: 1` and the sections"),
    (b"version: 1\nx: \xe4\n", "r.yaml:2: file: is not UTF-8; save it as UTF-8 (found byte 0xE4)"),
    ("version: 1\n\tsources: x", "r.yaml:2: YAML: column 1 has a tab; indent with spaces"),
    ("sources:\n\tbilling: x", "r.yaml:2: YAML: column 1 has a tab; indent with spaces"),
    ("a: b\n  c: d", "r.yaml:2: YAML: column 4 has a `: ` too many, or is indented wrongly; quote the text"),
    ("a:\n  b: 1\n c: 2", "r.yaml:3: YAML: column 2 is indented unlike its neighbours; line keys and `-` up"),
    ("a: 1\nb\nc: 2", "r.yaml:3: YAML: column 1 has a key without `:`; write `key: value`"),
    ("a: [1, 2\nb: 3", "r.yaml:2: YAML: column 2 has a bracket that is not closed, or misses a comma; close it"),
    ('a: "b\nc: d\n', "r.yaml:3: YAML: column 1 has a quote that is not closed; close it"),
    ("a: 1\n---\nb: 2", "r.yaml:2: YAML: column 1 has a second document (`---`); keep one in a file"),
    ("a: *", 'r.yaml:1: YAML: column 5 has an unquoted `*`; put it in quotes: "*"'),
    ("a: *dev", "r.yaml:1: YAML: column 4 has an unquoted `*`; put the text in quotes"),
    ("a: @b", "r.yaml:1: YAML: column 4 has a character that begins no value; put the text in quotes"),
    ("a: 1\nb: \x07", "r.yaml:2: YAML: has a control character; delete it"),
    ("a: " + "[" * 3000, "r.yaml: YAML: is nested too deeply; write it flatter"),
    ("a: &x [*x]", "r.yaml:1: a[0]: refers to itself; write the values out"),
    ("a: !!python/name:os.system x", "r.yaml:1: a: has the tag !!python/name:os.system, which does not fit; leave the tag out (found 'x')"),
    ("? [a]\n: b", "r.yaml:1: file: has a key that is no text; write `key: value`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD_FILES)
def test_what_is_no_yaml_is_said_in_plain_words(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    """Broken files give line, column and the usual cause, not a parser's words."""
    assert _said(_write(tmp_path, text))[0] == said


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    """One load tells everything that is wrong, in all sections."""
    text = GOOD.replace("top: 10", "top: many").replace("score: 1.0", "skore: 1").replace("5m", "5")
    assert [one.split(": ")[1] for one in _said(_write(tmp_path, text))] == [
        "sources.usage.bucket",
        "detection.defaults.skore",
        "digest.top",
    ]


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    """Editors that write a BOM are let be."""
    assert load_rules(_write(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())).version == 1


def test_nested_aliases_do_not_exhaust_memory(tmp_path: Path) -> None:
    """Aliases that would expand to billions of values end in a finding."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert any(
        "is beyond 200000 values" in one for one in _said(_write(tmp_path, "\n".join(lines)))
    )


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """A path that leads nowhere gives one line."""
    said = _said(tmp_path / "no.yaml")
    assert said == ["no.yaml: file: does not exist; give the path of a rules file or folder"]
