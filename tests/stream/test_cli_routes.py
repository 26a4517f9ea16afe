"""`spendwatch routes`, as it is used."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.loader import DEFAULT_RULES
from stream.cli.routes import app

COMPANY = DEFAULT_RULES.parent / "examples" / "company.rules.yaml"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that runs the tests, and lines have one length."""
    for name in ("RULES", "SLACK_TOKEN", "WEBHOOK_URL", "KAFKA_BROKERS", "TOPIC_PREFIX"):
        monkeypatch.delenv(f"SPENDWATCH_{name}", raising=False)
    monkeypatch.setenv("SPENDWATCH_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")


def _run(*arguments: str | Path, **environ: str) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env=environ)


def test_the_way_the_places_and_the_reasons_are_told() -> None:
    """Each route that was looked at says yes, or by what it said no."""
    result = _run(
        "test", COMPANY, "--team", "search", "--severity", "critical", "--source", "usage",
        "--environment", "production", "--label", "api_key=x-batch",
        "--sink", "slack", "--sink", "email", "--at", "2026-11-21T03:00Z",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert (
        result.stdout.splitlines()
        == """\
The way through the routes
  default             yes: told within
    sandboxes         no: it asks for environment: sandbox
    grave-to-sre      yes: told here; continues
    search-llm        yes: told within
      batch-keys      yes: told here
    search            not asked: search-llm took it
    news-of-the-week  not asked: search-llm took it
  not given, so taken for empty: model

Told by grave-to-sre
  places      slack #sre, email search-leads@example.com
  or else     slack #cloud-spend
  groups      none: each anomaly is a message of its own
  reminders   every 1d
  calls       nobody

Told by search-llm/batch-keys
  places      slack #search-batch
  or else     slack #cloud-spend
  groups      none: each anomaly is a message of its own
  reminders   every 1d
  muted       yes, by outside office-hours, at Saturday 2026-11-21 03:00 UTC
  calls       S0SEARCHOC
  escalation  after 30m, if high, critical: slack #sre, calls S0SRE

Owner
  team        search
  may act     S0SEARCH, S0SEARCHOC, S0FINOPS
  on call     S0SEARCHOC, called from high on
  runbook     https://wiki.example.com/search-spend
""".splitlines()
    )


def test_groups_and_mute_intervals_are_told() -> None:
    """A route that groups says by what and how long it waits."""
    said = _run(
        "test", COMPANY, "--environment", "sandbox", "--team", "ads", "--at", "2026-11-20T12:00"
    )
    assert "groups      by team; first after 1m, news every 5m at most" in said.stdout
    assert "muted       no, at Friday 2026-11-20 12:00 UTC" in said.stdout
    assert "team        ads, which has no owner in the rules" in said.stdout
    assert "places      console #sandbox-spend" in said.stdout


def test_without_rules_the_default_channel_hears() -> None:
    """The rules are those of the environment, or else the default ones."""
    assert "places      console #cloud-spend" in _run("test").stdout
    assert "sandboxes" in _run("test", SPENDWATCH_RULES=str(COMPANY)).stdout
    slack = _run("test", SPENDWATCH_SLACK_TOKEN="xoxb-1")  # noqa: S106 (made up)
    assert "places      slack #cloud-spend" in slack.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--severity", "urgent"], "severity=urgent: write one of low, medium, high, critical"),
        (["--label", "modle=x"], "did you mean model?"),
        (["--label", "model"], "write name=value"),
        (["--label", "kind=spikes"], "kind=spikes: write one of spike, shift"),
        (["--at", "tomorrow"], "write a moment, such as 2026-11-22T03:00Z"),
        (["--sink", "pager"], "write one of slack, console, webhook, email, teams, events"),
    ],
)
def test_wrong_use_is_said_with_the_remedy(arguments: list[str], said: str) -> None:
    """Exit code 2, and what would be right."""
    result = _run("test", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_show_prints_the_tree() -> None:
    """Each route with what it asks for, where it tells and what differs from around it."""
    result = _run("show", COMPANY)
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == "default to #cloud-spend; reminds every 1d"
    assert "│ └── batch-keys api_key: *-batch; to #search-batch; active: office-hours" in lines
    assert "├── search team: search; only by slack, email" in lines
    assert "├── data-platform to C0123ABCD; calls U0DATALEAD from critical on" in lines


def test_names_are_shown_as_they_are(tmp_path: Path) -> None:
    """Brackets in a name are no markup."""
    file = tmp_path / "r.yaml"
    text = DEFAULT_RULES.read_text(encoding="utf-8")
    file.write_text(
        text.replace("routes: []", 'routes: [{name: "[red]x[/]", match: {team: "[b]"}}]')
    )
    assert "[red]x[/]  team: [b]" in _run("show", file).stdout
    assert "[red]x[/]" in _run("test", file).stdout
