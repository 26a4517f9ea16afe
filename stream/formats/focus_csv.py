"""The header of a CSV export of FOCUS rows: how its columns are spelled, and what is wrong with it."""

import difflib
from collections.abc import Sequence

from stream.formats.focus_row import COLUMNS

_CANONICAL = {column.lower(): column for column in COLUMNS}
_COSTS = ("EffectiveCost", "BilledCost")
_TIME = "ChargePeriodStart"
_SHOWN = 8  # columns of a foreign header that an error lists


def named(columns: Sequence[str]) -> list[str]:
    """Columns as FOCUS spells them, where it names them in any case of letters; others as they are."""
    return [_CANONICAL.get(column.lower(), column) for column in columns]


def is_header(columns: Sequence[str]) -> bool:
    """Whether a table has the columns without which there is no FOCUS row; they are given as `named`."""
    return _TIME in columns and any(cost in columns for cost in _COSTS)


def foreign_header(name: str, columns: Sequence[str]) -> str:
    """What is wrong with the columns of a table that no format knows, and what to do; they are given as `named`."""
    missing = [] if any(cost in columns for cost in _COSTS) else [" or ".join(_COSTS)]
    return f"{name}:1: {_foreign(columns, [*missing, _TIME] if _TIME not in columns else missing)}"


def _foreign(columns: Sequence[str], missing: Sequence[str]) -> str:
    shown = ", ".join(columns[:_SHOWN]) + (", ..." if len(columns) > _SHOWN else "")
    wanted = [*_COSTS, _TIME] if len(missing) > 1 else missing[0].split(" or ")
    near = {close for one in wanted for close in difflib.get_close_matches(one, columns, n=1)}
    nearest = f"; nearest: {', '.join(sorted(near))}" if near else ""
    return (
        f"no column {' and no column '.join(missing)} in the header ({shown}){nearest}; "
        "export the bill in the FOCUS format, or rename the columns"
    )
