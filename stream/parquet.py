"""Totals as Parquet on the standard output, with money as exact decimals. Needs the extra ``parquet``."""

import sys
from typing import Any

from stream.errors import UserError
from stream.ledger import Line

_NARROW = 38  # digits of decimal128; wider money takes decimal256


def write_totals(lines: list[Line], dimensions: tuple[str, ...]) -> None:
    """Write totals to the standard output.

    Raises:
        UserError: if it is a terminal, or pyarrow is not installed.
    """
    if sys.stdout.isatty():
        raise UserError("Parquet is not for a terminal: add > FILE.parquet", exit_code=2)
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, which few need
        import pyarrow.parquet as pq  # noqa: PLC0415 - the same
    except ModuleNotFoundError:
        raise UserError(
            "--format parquet needs pyarrow: pip install 'spendwatch[parquet]'"
        ) from None
    columns: dict[str, Any] = {
        name: [line.group[at] for line in lines] for at, name in enumerate(dimensions)
    }
    columns.setdefault("currency", [line.currency for line in lines])
    money = _money_type(pa, lines)
    columns["cost"] = pa.array([line.cost for line in lines], money)
    columns["charges"] = pa.array([line.charges for line in lines], pa.int64())
    columns["late"] = pa.array([line.late for line in lines], money)
    pq.write_table(pa.table(columns), sys.stdout.buffer)


def _money_type(pa: Any, lines: list[Line]) -> Any:
    """The narrowest decimal type that holds every amount exactly."""
    amounts = [amount.as_tuple() for line in lines for amount in (line.cost, line.late)]
    scale = max((-int(amount.exponent) for amount in amounts), default=0)
    scale = max(scale, 0)
    whole = max((len(amount.digits) + int(amount.exponent) for amount in amounts), default=1)
    digits = max(whole, 1) + scale
    return pa.decimal128(digits, scale) if digits <= _NARROW else pa.decimal256(digits, scale)
