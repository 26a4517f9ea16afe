"""docs/commands.md names what can be typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from stream.alerts.case_rows import COLUMNS
from stream.alerts.judgements import judgement_row, judgements
from stream.alerts.said_rows import said_row
from stream.cli import app
from tests.stream.alerts.records import OPENED, act, case, planned, silence

TEXT = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_every_command_has_an_example() -> None:
    """In the table at the top."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    missing = [
        one
        for one in commands(root, "spendwatch")
        if not re.search(rf"^\| .*`{one}`.* \| `{one}( .*)?` \|$", TEXT, re.MULTILINE)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "fields",
    [
        COLUMNS,
        said_row(silence(), [], OPENED),
        said_row(planned(), [], OPENED),
        judgement_row(judgements([case(judged=act("wrong"))], OPENED)[0]),
    ],
    ids=["anomalies", "silences", "planned events", "feedback"],
)
def test_every_field_for_programs_is_documented(fields: tuple[str, ...]) -> None:
    """Since they rely on it."""
    assert [name for name in fields if f"`{name}`" not in TEXT] == []
