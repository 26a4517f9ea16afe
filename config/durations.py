"""Durations as people write them (``90s``, ``5m``, ``1h30m``, ``35d``), kept as whole seconds."""

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_FORM = re.compile(r"(?:[0-9]{1,9}[smhdw])+")
_PART = re.compile(r"([0-9]+)([smhdw])")


def parse_duration(text: object) -> int:
    """Seconds of a duration such as ``5m`` or ``1h30m``.

    Raises:
        ValueError: if the text is not a row of numbers with one of the units s, m, h, d, w.
    """
    if isinstance(text, str) and _FORM.fullmatch(text.strip()):
        return sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if isinstance(text, int) and not isinstance(text, bool):
        msg = f"{text} has no unit; write for example {text}s or {text}m"
        raise ValueError(msg)  # noqa: TRY004 (pydantic turns only ValueError into a finding)
    said = "nothing" if text is None else repr(text)
    msg = f"{said} is not a duration; write a number with a unit, for example 90s, 5m, 1h30m or 35d"
    raise ValueError(msg)


def format_duration(seconds: int) -> str:
    """The shortest way to write ``seconds``, as `parse_duration` reads it: 5400 is ``1h30m``."""
    parts = []
    rest = seconds
    for unit, length in _UNITS.items():
        if unit != "w" and rest >= length:  # 35d says more than 5w
            parts.append(f"{rest // length}{unit}")
            rest %= length
    return "".join(parts) or "0s"


def _parse_longer_than_zero(text: object) -> int:
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError(f"{text} is no time at all; write for example 1m")
    return seconds


_written = PlainSerializer(format_duration, return_type=str, when_used="json")
_schema = WithJsonSchema({"type": "string", "pattern": r"^\s*([0-9]{1,9}[smhdw])+\s*$"})

Seconds = Annotated[int, BeforeValidator(parse_duration), _written, _schema]
LongerThanZero = Annotated[int, BeforeValidator(_parse_longer_than_zero), _written, _schema]
