"""`spendwatch config`: checks rules and settings before they are used, and shows what they amount to."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.errors import Finding
    from config.route import Route
    from config.rules import Rules

app = typer.Typer(no_args_is_help=True, help="Check and show the rules and the settings.")

_SERIES = ("source", "team", "service", "environment", "charge_kind")
_PATH = typer.Argument(
    metavar="PATH",
    help="Rules file or folder; left out: SPENDWATCH_RULES, or else the default rules.",
    show_default=False,
)
_FORMAT = typer.Option("--format", help="How to write it.")
_FOR = typer.Option(
    "--for",
    metavar="SERIES",
    help="The thresholds of one series instead, and which overrides set them: "
    "'source=usage, team=search, service=gpt-5, environment=production, charge_kind=usage'.",
    show_default=False,
)


@app.command()
def check(path: Annotated[Path | None, _PATH] = None) -> None:
    """Print all that is wrong in the rules and the environment, one a line; exit 1 if anything is."""
    from config.environment import load_settings, rules_path
    from config.errors import ConfigError
    from config.loader import DEFAULT_RULES, load_rules

    chosen = rules_path() if path is None else path
    findings: list[Finding] = []
    counts = ""
    try:
        counts = _counts(load_rules(chosen))
    except ConfigError as error:
        findings += error.findings
    try:
        load_settings()
    except ConfigError as error:
        findings += error.findings
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo(f"OK: {DEFAULT_RULES if chosen is None else chosen}: {counts}; settings: valid")


@app.command()
def show(
    path: Annotated[Path | None, _PATH] = None,
    form: Annotated[Literal["yaml", "json"], _FORMAT] = "yaml",
    series: Annotated[str | None, _FOR] = None,
) -> None:
    """Print rules and settings as they take effect: defaults filled in, secrets masked."""
    from config.environment import load_settings, rules_path
    from config.loader import load_rules
    from config.yaml_syntax import dump

    parts = None if series is None else _series_parts(series)
    rules = load_rules(rules_path() if path is None else path)
    if parts is None:
        content: dict[str, object] = {
            "rules": rules.model_dump(mode="json", exclude_none=True),
            "settings": load_settings().model_dump(mode="json"),
        }
    else:
        content = _thresholds(rules, parts)
    text = dump(content) if form == "yaml" else f"{json.dumps(content, indent=2)}\n"
    typer.echo(text, nl=False)


@app.command()
def schema(
    of: Annotated[
        Literal["rules", "spend", "anomaly", "case", "charge", "usage"],
        typer.Argument(
            help="rules: the rules file; spend, anomaly, case: the records on those topics; charge, usage: what publishers send."
        ),
    ] = "rules",
) -> None:
    """Print a JSON schema, for editors and other tools."""
    from alerting import contracts
    from config.schema import schema_text

    if of == "rules":
        text = schema_text()
    elif of in contracts.RECORDS:
        text = contracts.schema_text(of)
    else:
        from importlib.resources import files

        text = files("stream.formats").joinpath(f"{of}_v1.schema.json").read_text("utf-8")
    typer.echo(text, nl=False)


def _counts(rules: "Rules") -> str:
    """How much the rules hold, so that a file that was read only in part is noticed."""
    counts = {
        "allocation rules": len(rules.allocation.rules),
        "price overrides": len(rules.pricing.overrides),
        "unit prices": len(rules.pricing.units),
        "threshold overrides": len(rules.detection.overrides),
        "routes": _tree_size(rules.routing.routes),
        "calendars": len(rules.calendars),
        "owners": len(rules.owners),
        "mappings": len(rules.mappings),
    }
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _tree_size(routes: "Sequence[Route]") -> int:
    return sum(1 + _tree_size(route.routes) for route in routes)


def _series_parts(text: str) -> dict[str, str]:
    """The parts of a series from ``team=search,source=usage``; what is not given is ``""``."""
    from config.detection import ChargeKind
    from config.explain import nearest
    from config.sources import SourceName

    parts = dict.fromkeys(_SERIES, "")
    for pair in text.split(","):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if name not in _SERIES or not equals:
            message = f"{pair.strip()!r}: write name=value; {nearest(name, _SERIES)}"
            raise typer.BadParameter(message, param_hint="--for")
        parts[name] = value
    for name, words in (("source", get_args(SourceName)), ("charge_kind", get_args(ChargeKind))):
        if parts[name] and parts[name] not in words:
            message = f"{name}={parts[name]}: write one of {', '.join(words)}"
            raise typer.BadParameter(message, param_hint="--for")
    return parts


def _thresholds(rules: "Rules", parts: dict[str, str]) -> dict[str, object]:
    from config.calendars import calendar_for
    from config.thresholds import matching_overrides, threshold_origins, thresholds_for

    left_out = [name for name, value in parts.items() if not value]
    if left_out:
        said = f"not given: {', '.join(left_out)}; overrides for some of them are not applied"
        typer.echo(said, err=True)
    thresholds, _ = thresholds_for(rules.detection, **parts)
    return {
        "series": parts,
        "thresholds": thresholds.model_dump(mode="json"),
        "set_by": threshold_origins(rules.detection, **parts),
        "overrides": [override.name for override in matching_overrides(rules.detection, **parts)],
        "calendar": calendar_for(rules.calendars, **parts).name,
    }
