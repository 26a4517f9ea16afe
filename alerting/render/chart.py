"""A chart of the last buckets in characters: bars of what came, a mark at what was expected."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from alerting.anomaly import RecentBucket

_ROWS: Final = 6
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_EXPECTED: Final = "─"
_EXPECTED_IN_BAR: Final = "▒"
_AXIS, _AXIS_ANOMALOUS = "─", "━"
LEGEND: Final = "█ actual   ─ expected (▒ within a bar)   ━ anomaly"


def chart(
    recent: Sequence[RecentBucket], started_at: datetime, ended_at: datetime | None
) -> tuple[str, ...]:
    """Lines of the chart, a column a bucket, oldest first; none if there is nothing to show.

    Args:
        recent: the buckets. What is not finite is drawn as nothing.
        started_at: from here on the axis is drawn bold,
        ended_at: up to here; None: to the end.
    """
    if not recent:
        return ()
    actual = [_finite(bucket.actual) for bucket in recent]
    expected = [_finite(bucket.expected) for bucket in recent]
    low, high = min(0.0, *actual, *expected), max(0.0, *actual, *expected)
    span = (high - low) or 1.0
    columns = [
        _column((value - low) / span, (usual - low) / span)
        for value, usual in zip(actual, expected, strict=True)
    ]
    labels = [_number(high), *[""] * (_ROWS - 2), _number(low)]
    width = max(map(len, labels))
    rows = [
        f"{label:>{width}} ┤{''.join(column[row] for column in columns)}"
        for row, label in enumerate(labels)
    ]
    return (*rows, f"{'':{width}} └{_axis(recent, started_at, ended_at)}", _span(recent), LEGEND)


def _column(value: float, usual: float) -> list[str]:
    """Characters of a column, from the top; both arguments are parts of the chart's height."""
    eighths = round(value * _ROWS * 8)
    mark = min(_ROWS - 1, int(usual * _ROWS))
    cells = [_EIGHTHS[max(0, min(8, eighths - 8 * row))] for row in range(_ROWS)]
    cells[mark] = _EXPECTED_IN_BAR if cells[mark] == "█" else _EXPECTED
    return cells[::-1]


def _axis(recent: Sequence[RecentBucket], started_at: datetime, ended_at: datetime | None) -> str:
    return "".join(
        _AXIS_ANOMALOUS
        if started_at <= bucket.start and (ended_at is None or bucket.start < ended_at)
        else _AXIS
        for bucket in recent
    )


def _span(recent: Sequence[RecentBucket]) -> str:
    first, last = (at.start.astimezone(UTC) for at in (recent[0], recent[-1]))
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"buckets from {first:%Y-%m-%d %H:%M} to {until} UTC"


def _finite(value: float) -> float:
    return max(-1e15, min(1e15, value)) if math.isfinite(value) else 0.0


def _number(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
