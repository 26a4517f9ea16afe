"""The command line. Each command is one file; `main` turns errors into one line and an exit code."""

import logging
import sys

import typer

from config.errors import ConfigError
from stream.cli import (
    allocate,
    anomalies,
    backtest,
    config,
    dead_letters,
    demo,
    digest,
    feedback,
    planned,
    publish,
    routes,
    score,
    silence,
    spend,
    topics,
    worker,
)
from stream.errors import INTERRUPTED, UserError

app = typer.Typer(
    name="spendwatch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # joins the lines of a paragraph
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Catches runaway cloud and AI spend within minutes and tells the team that can stop it.\n\n"
    "Start with **spendwatch demo**: it needs nothing but itself.\n\n"
    "Exit codes: 0 done, 1 failed or found wrong, 2 wrong usage, 3 Kafka, Slack or a file system "
    "does not answer, 130 interrupted.",
)
app.command()(demo.demo)
app.command()(worker.worker)
app.command()(publish.publish)
app.command()(backtest.backtest)
app.command()(allocate.allocate)
app.command()(score.score)
app.command()(spend.spend)
app.command()(digest.digest)
app.add_typer(anomalies.app, name="anomalies")
app.add_typer(silence.app, name="silence")
app.add_typer(planned.app, name="planned")
app.add_typer(feedback.app, name="feedback")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(topics.app, name="topics")
app.add_typer(config.app, name="config")
app.add_typer(routes.app, name="routes")


def main() -> None:
    """Run the command line; the entry point ``spendwatch``."""
    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # what libraries log, a command says in its words
    try:
        app(prog_name="spendwatch")
    except UserError as error:
        _fail(str(error), error.exit_code)
    except ConfigError as error:
        _fail("\n".join(str(finding) for finding in error.findings), 1)
    except SystemExit as ending:
        if ending.code == INTERRUPTED:
            _fail("interrupted", INTERRUPTED)
        raise


def _fail(text: str, exit_code: int) -> None:
    for line in text.splitlines():
        sys.stderr.write(f"spendwatch: {line}\n")
    raise SystemExit(exit_code)
