"""``spendwatch demo``: the main job on embedded parts, with nothing to set up."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    data: Annotated[
        Path | None,
        typer.Option(
            help="Replay a FOCUS or usage file, or a folder of them, instead of the simulation."
        ),
    ] = None,
    weeks: Annotated[int, typer.Option(min=2, max=12, help="Weeks of the simulated company.")] = 3,
    slack_url: Annotated[
        str | None,
        typer.Option(
            help="Send to this Slack Web API instead of the terminal, such as an emulator's."
        ),
    ] = None,
    slack_token: Annotated[
        str | None,
        typer.Option(
            envvar="SPENDWATCH_SLACK_TOKEN", help="Bot token for --slack-url or real Slack."
        ),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Rules file. Default: those of the simulated company.")
    ] = None,
) -> None:
    """Replay weeks of a simulated company in a minute: two events are hidden in it.

    Runs a Kafka inside this process and a real worker beside it. Every alert is shown as the team would get
    it in Slack, and the digest as finance would.
    """
    from stream.demo.run import Demo, Options

    finished_well = Demo(
        Options(data=data, weeks=weeks, slack_url=slack_url, slack_token=slack_token, rules=rules)
    ).run()
    if not finished_well:
        raise typer.Exit(1)
