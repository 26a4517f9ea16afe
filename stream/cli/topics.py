"""``spendwatch topics``: create the topics, or check those that exist."""

import typer

from config.environment import load_settings
from stream.errors import UserError

_AGREE = 10.0  # seconds until all brokers know of what one of them has created
app = typer.Typer(no_args_is_help=True, help="Create the topics, or check those that exist.")


@app.command()
def create(
    wait: int = typer.Option(60, min=0, help="Seconds to wait for a broker that is starting."),
) -> None:
    """Create the topics that are missing; existing ones are left as they are."""
    from stream.kafka.topic_admin import TopicAdmin

    settings = load_settings()
    with TopicAdmin(settings, wait=wait) as admin:
        created = admin.create()
        for name in created:
            typer.echo(f"created {name}")
        if not created:
            typer.echo("all topics exist")
        _require_sound(admin.check(patience=_AGREE if created else 0.0))


@app.command()
def check() -> None:
    """Compare the topics with what they must be like; exit code 1 if one differs."""
    from stream.kafka.topic_admin import TopicAdmin

    with TopicAdmin(load_settings(), wait=0) as admin:
        _require_sound(admin.check())
        typer.echo("all topics are as they must be")


def _require_sound(findings: list[str]) -> None:
    if findings:
        raise UserError("\n".join(findings))
