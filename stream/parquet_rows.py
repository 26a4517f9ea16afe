"""Rows of a Parquet file, each as the JSON event that a publisher would send of it. Needs the extra ``parquet``."""

import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from stream.errors import UserError

_AT_ONCE: Final = 2_000  # rows that are in memory
_ABSENT: Final = frozenset({"", "NULL", "null"})


def rows(path: Path, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The rows of a file, with their numbers. Decimals stay exact, times are ISO 8601; what is null is left out.

    Raises:
        UserError: if pyarrow is not installed, or the file cannot be read.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, which few need
        import pyarrow.parquet as pq  # noqa: PLC0415 - the same
    except ModuleNotFoundError:
        raise UserError(
            f"{path} is a Parquet file, which needs pyarrow: pip install 'spendwatch[parquet]'"
        ) from None
    number = 0
    try:
        for batch in pq.ParquetFile(file).iter_batches(_AT_ONCE):
            for row in _in_microseconds(pa, batch).to_pylist(maps_as_pydicts="lossy"):
                number += 1
                yield number, msgspec.json.encode(_cells(row))
    except (pa.ArrowException, OSError) as error:
        said = str(error).partition("\n")[0]
        raise UserError(
            f"{path} is a Parquet file that cannot be read after row {number} ({said}); export it again, or as "
            "CSV or JSON lines"
        ) from None


def _in_microseconds(pa: Any, batch: Any) -> Any:
    """The batch with its times as finely as Python has them."""
    fields = [
        pa.field(one.name, pa.timestamp("us", one.type.tz))
        if pa.types.is_timestamp(one.type) and one.type.unit == "ns"
        else one
        for one in batch.schema
    ]
    arrays = [
        array.cast(one.type, safe=False) if one.type != array.type else array
        for one, array in zip(fields, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    cells = {column: _plain(cell) for column, cell in row.items()}
    return {
        column: cell
        for column, cell in cells.items()
        if cell is not None and not (isinstance(cell, str) and cell in _ABSENT)
    }


def _plain(cell: Any) -> Any:
    """A value as JSON has it: decimals and whole numbers as their text, so that every digit stays."""
    if isinstance(cell, dict):
        return {str(key): _plain(value) for key, value in cell.items()}
    if isinstance(cell, list):
        return [_plain(value) for value in cell]
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    is_nothing = cell is None or (isinstance(cell, float | Decimal) and not math.isfinite(cell))
    return cell if isinstance(cell, bool | str) else None if is_nothing else str(cell)
