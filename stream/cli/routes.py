"""`spendwatch routes`: who hears of an anomaly, and why; without Kafka."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.rules import Rules

app = typer.Typer(no_args_is_help=True, help="Show who hears of an anomaly, and why.")

_PATH = typer.Argument(
    metavar="PATH",
    help="Rules file or folder; left out: SPENDWATCH_RULES, or else the default rules.",
    show_default=False,
)
_LABEL = typer.Option(
    "--label",
    metavar="NAME=VALUE",
    help="Any other label, such as model=gpt-4o or kind=new. May be repeated.",
    show_default=False,
)
_AT = typer.Option(
    "--at",
    metavar="TIME",
    help="Moment that decides about mute intervals, such as 2026-11-22T03:00Z. Default: now.",
    show_default=False,
)
_SINK = typer.Option(
    "--sink",
    help="Sink to reckon with, instead of those that the settings configure. May be repeated.",
    show_default=False,
)


@app.command("test")
def told(
    path: Annotated[Path | None, _PATH] = None,
    team: Annotated[str | None, typer.Option(help="Owning team.")] = None,
    service: Annotated[str | None, typer.Option(help="Service.")] = None,
    environment: Annotated[str | None, typer.Option(help="Environment.")] = None,
    source: Annotated[str | None, typer.Option(help="billing or usage.")] = None,
    severity: Annotated[str | None, typer.Option(help="low, medium, high or critical.")] = None,
    label: Annotated[list[str] | None, _LABEL] = None,
    at: Annotated[str | None, _AT] = None,
    sink: Annotated[list[str] | None, _SINK] = None,
) -> None:
    """Print who would hear of an anomaly with these labels: the way through the tree, places, times, owner."""
    from rich.console import Console

    from stream.routes.report import report

    named = {
        "team": team,
        "service": service,
        "environment": environment,
        "source": source,
        "severity": severity,
    }
    labels = {name: value for name, value in named.items() if value is not None}
    labels |= _labels(label or [])
    _check_words(labels)
    rules, moment = _rules(path), _moment(at)
    Console(highlight=False).print(report(rules, labels, _sinks(sink), moment))


@app.command()
def show(path: Annotated[Path | None, _PATH] = None) -> None:
    """Print the tree of routes with what each asks for and where it tells."""
    from rich.console import Console

    from stream.routes.shown_tree import shown_tree

    Console(highlight=False).print(shown_tree(_rules(path)))


def _rules(path: Path | None) -> "Rules":
    from config.environment import rules_path
    from config.loader import load_rules

    return load_rules(rules_path() if path is None else path)


def _labels(pairs: list[str]) -> dict[str, str]:
    from config.explain import nearest
    from config.labels import LABELS

    labels = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if name not in LABELS or not equals:
            message = f"{pair!r}: write name=value; {nearest(name, LABELS)}"
            raise typer.BadParameter(message, param_hint="--label")
        labels[name] = value
    return labels


def _check_words(labels: dict[str, str]) -> None:
    from config.labels import WORDS

    for name, value in labels.items():
        if value and value not in WORDS.get(name, (value,)):
            message = f"{name}={value}: write one of {', '.join(WORDS[name])}"
            raise typer.BadParameter(message)


def _sinks(named: list[str] | None) -> tuple[str, ...]:
    from typing import get_args

    from config.telling import SinkName

    known = get_args(SinkName)
    if named:
        for name in named:
            if name not in known:
                message = f"{name}: write one of {', '.join(known)}"
                raise typer.BadParameter(message, param_hint="--sink")
        return tuple(named)
    from alerting.sinks import make_sinks
    from config.environment import load_settings

    return tuple(sink.name for sink in make_sinks(load_settings()))


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r}: write a moment, such as 2026-11-22T03:00Z; without a zone it is UTC"
        raise typer.BadParameter(message, param_hint="--at") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
