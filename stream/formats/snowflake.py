"""What Snowflake's views have in common: its notation of times, and whose rows they are."""

import re
from typing import Final

from stream.formats.flat import Flat
from stream.formats.refused import RefusedError
from stream.formats.text import name_of
from stream.formats.times import parse_time

PROVIDER: Final = "Snowflake"

_OFFSET: Final = re.compile(r"\s+(Z|[+-]\d{2}:?\d{2})$", re.ASCII)
_AI: Final = ("AI_", "CORTEX", "INTELLIGENCE")


def time_of(row: Flat, *names: str) -> int:
    """The first of the times that is there; its offset may stand behind a space.

    Raises:
        RefusedError: ``missing_time`` or ``bad_time``.
    """
    for name in names:
        text = row.text(name)
        if text:
            return parse_time(row.written(name), _OFFSET.sub(r"\1", text))
    wanted = " or ".join(name.upper() for name in names)
    raise RefusedError(
        "missing_time", f"{wanted} is missing; write it as Snowflake does, such as 2025-04-01"
    )


def account_of(row: Flat) -> str:
    """The account's name, or its locator where the view leaves the name out."""
    return row.text("account_name", "account_locator")


def key_of(row: Flat, *names: str) -> str:
    """An id made up of the columns by which the view adds up its rows, as no column is one."""
    return name_of("the row's key", "/".join(("snowflake", *(row.text(name) for name in names))))


def technology_of_service(service: str) -> str:
    """AI for the services that serve models, SaaS for the others."""
    return "ai" if service.upper().startswith(_AI) else "saas"
