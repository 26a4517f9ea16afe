"""Totals as Parquet are exact decimals."""

import io
from decimal import Decimal
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from stream.ledger import Line
from stream.parquet import write_totals


@pytest.mark.parametrize(
    "costs",
    [
        ["1.50", "0.0827499841274349353", "-3"],
        ["123456789012345678901234567890.12345678901234567890", "1E-8"],
        ["1E+3"],
        [],
    ],
)
def test_amounts_come_back_as_they_were(costs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their number of digits."""
    out = io.BytesIO()
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=out, isatty=lambda: False))
    lines = [
        Line((f"team-{at}",), "USD", Decimal(cost), 7, Decimal(0)) for at, cost in enumerate(costs)
    ]
    write_totals(lines, ("team",))
    rows = pq.read_table(io.BytesIO(out.getvalue())).to_pylist()
    assert [row["cost"] for row in rows] == [Decimal(cost) for cost in costs]
    assert [row["team"] for row in rows] == [f"team-{at}" for at in range(len(costs))]
