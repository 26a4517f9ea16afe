"""`spendwatch config`, as it is used."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.errors import ConfigError
from config.loader import DEFAULT_RULES, load_rules
from config.schema import schema_text
from config.yaml_syntax import dump
from config.yaml_tree import parse_yaml
from stream.cli.config import app

COMPANY = DEFAULT_RULES.parent / "examples" / "company.rules.yaml"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that runs the tests."""
    for name in ("RULES", "SLACK_TOKEN", "WEBHOOK_URL", "KAFKA_BROKERS", "TOPIC_PREFIX"):
        monkeypatch.delenv(f"SPENDWATCH_{name}", raising=False)
    monkeypatch.setenv("SPENDWATCH_SECRETS_DIR", str(tmp_path))


def _run(*arguments: str | Path, **environ: str) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env=environ)


def test_check_says_how_much_the_rules_hold() -> None:
    """Good rules give one line with counts, and exit 0."""
    result = _run("check", COMPANY)
    counts = (
        "allocation rules: 9, price overrides: 3, unit prices: 3, threshold overrides: 8, routes: 6, "
        "calendars: 3, owners: 3, mappings: 2"
    )
    assert result.stdout == f"OK: {COMPANY}: {counts}; settings: valid\n"
    assert result.exit_code == 0


def test_check_without_a_path_takes_the_rules_of_the_environment() -> None:
    """SPENDWATCH_RULES is checked, or else the default rules."""
    assert f"OK: {COMPANY}: " in _run("check", SPENDWATCH_RULES=str(COMPANY)).stdout
    assert f"OK: {DEFAULT_RULES}: " in _run("check").stdout


def test_check_prints_every_finding_on_a_line(tmp_path: Path) -> None:
    """Findings of rules and environment come together, with exit 1."""
    file = tmp_path / "r.yaml"
    for beside in COMPANY.parent.glob("*.csv"):
        shutil.copy(beside, tmp_path)
    file.write_text(COMPANY.read_text(encoding="utf-8").replace("top: 15", "topp: 15"))
    result = _run("check", file, SPENDWATCH_PARTITIONS="many")
    line = COMPANY.read_text(encoding="utf-8").splitlines().index("  top: 15") + 1
    remedy = "write a whole number, for example `SPENDWATCH_PARTITIONS=12`"
    assert result.stdout.splitlines() == [
        f"{file}:{line}: digest.topp: is unknown; did you mean top?",
        f"environment: SPENDWATCH_PARTITIONS: {remedy} (found 'many')",
    ]
    assert result.exit_code == 1


def test_show_fills_in_defaults_and_masks_secrets() -> None:
    """All settings and rules are shown; no secret is."""
    result = _run("show", COMPANY, SPENDWATCH_SLACK_TOKEN="xoxb-s3cret")  # noqa: S106 (made up)
    assert "s3cret" not in result.output
    shown = parse_yaml(result.stdout, "shown").value
    assert isinstance(shown, dict)
    assert set(shown["settings"]["slack_token"]) == {"*"}
    assert shown["settings"]["partitions"] == 12
    assert shown["rules"]["detection"]["overrides"][0]["match"]["team"] == "*"


def test_shown_rules_are_rules(tmp_path: Path) -> None:
    """The rules that are shown load as the same rules, also from JSON."""
    file = tmp_path / "r.yaml"
    file.write_text(dump(json.loads(_run("show", COMPANY, "--format", "json").stdout)["rules"]))
    assert load_rules(file) == load_rules(COMPANY)


def test_show_refuses_rules_that_do_not_load() -> None:
    """The findings reach whoever prints errors, and nothing is shown."""
    result = _run("show", "missing.yaml")
    assert isinstance(result.exception, ConfigError)
    assert result.stdout == ""


def test_show_for_a_series_gives_thresholds_and_who_set_them() -> None:
    """Each threshold carries the override that it comes from."""
    series = "source=usage, team=Customer-Care,service=claude-x,environment=dev,charge_kind=usage"
    result = _run("show", COMPANY, "--for", series, "--format", "json")
    shown = json.loads(result.stdout)
    assert shown["thresholds"]["resolve_after"] == "1h"
    assert shown["thresholds"]["sensitivity"] == "high"
    assert shown["set_by"]["min_impact_per_day"] == "support-bot-is-watched-closely"
    assert shown["set_by"]["score"] == "defaults"
    assert shown["calendar"] == "india"
    assert shown["overrides"] == [
        "usage-resolves-sooner",
        "development-is-noisy",
        "support-bot-is-watched-closely",
    ]
    assert result.stderr == ""


def test_show_for_a_part_of_a_series_says_what_it_left_out() -> None:
    """Overrides for parts that are not given do not apply, and that is said aside."""
    result = _run("show", "--for", "source=usage")
    assert "not given: team, service, environment, charge_kind" in result.stderr
    assert "usage-resolves-sooner" in result.stdout


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ("tem=search", "did you mean team?"),
        ("team", "write name=value"),
        ("source=bill", "write one of billing, usage"),
        ("charge_kind=fee", "write one of usage, recurring"),
    ],
)
def test_a_series_that_is_none_is_wrong_usage(series: str, said: str) -> None:
    """A mistake in --for says what would be right, and exits 2."""
    result = _run("show", "--for", series)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())


def test_schema_is_printed_as_it_is_kept() -> None:
    """The output can replace the file."""
    assert _run("schema").stdout == schema_text()
