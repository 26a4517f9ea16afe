"""A chart of the last buckets in characters: bars of what came, a mark at what was expected.

No line is longer than a phone shows without wrapping.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from alerting.anomaly import RecentBucket
from alerting.render.compact import compact, finite
from alerting.render.merging import merged

MOST: Final = 30  # characters of a line
_ROWS: Final = 6
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_EXPECTED: Final = "─"
_EXPECTED_IN_BAR: Final = "▒"
_AXIS, _AXIS_ANOMALOUS = "─", "━"
_EDGE: Final = 2  # characters between a row's label and its first column
_WIDEST_LABEL: Final = 4  # without a sign
LEGEND: Final = "█ actual ─▒ expected ━ anomaly"


def chart(
    recent: Sequence[RecentBucket], started_at: datetime, ended_at: datetime | None
) -> tuple[tuple[str, ...], int]:
    """Lines of the chart, oldest first, and how many buckets a column is; no lines if there is nothing to show.

    Args:
        recent: the buckets. What is not finite is drawn as nothing.
        started_at: from here on the axis is drawn bold,
        ended_at: up to here; None: to the end.
    """
    if not recent:
        return (), 1
    has_sign = any(one.actual < 0 or one.expected < 0 for one in recent)
    columns, size = merged(recent, MOST - _EDGE - _WIDEST_LABEL - has_sign)
    actual = [finite(sum(one.actual for one in column)) for column in columns]
    expected = [finite(sum(one.expected for one in column)) for column in columns]
    low, high = min(0.0, *actual, *expected), max(0.0, *actual, *expected)
    span = (high - low) or 1.0
    drawn = [
        _column((value - low) / span, (usual - low) / span)
        for value, usual in zip(actual, expected, strict=True)
    ]
    labels = [compact(high), *[""] * (_ROWS - 2), compact(low)]
    width = max(map(len, labels))
    rows = [
        f"{label:>{width}} ┤{''.join(column[row] for column in drawn)}"
        for row, label in enumerate(labels)
    ]
    axis = "".join(_axis(column, started_at, ended_at) for column in columns)
    return (*rows, f"{'':{width}} └{axis}", _span(columns[0][0], columns[-1][-1]), LEGEND), size


def _column(value: float, usual: float) -> list[str]:
    """Characters of a column, from the top; both arguments are parts of the chart's height."""
    eighths = round(value * _ROWS * 8)
    mark = min(_ROWS - 1, int(usual * _ROWS))
    cells = [_EIGHTHS[max(0, min(8, eighths - 8 * row))] for row in range(_ROWS)]
    cells[mark] = _EXPECTED_IN_BAR if cells[mark] == "█" else _EXPECTED
    return cells[::-1]


def _axis(column: Sequence[RecentBucket], started_at: datetime, ended_at: datetime | None) -> str:
    anomalous = (
        started_at <= bucket.start and (ended_at is None or bucket.start < ended_at)
        for bucket in column
    )
    return _AXIS_ANOMALOUS if any(anomalous) else _AXIS


def _span(oldest: RecentBucket, newest: RecentBucket) -> str:
    """From which bucket to which, in at most `MOST` characters."""
    first, last = (bucket.start.astimezone(UTC) for bucket in (oldest, newest))
    if last.date() == first.date():
        return f"{first:%Y-%m-%d %H:%M} to {last:%H:%M} UTC"
    return f"{first:%m-%d %H:%M} to {last:%m-%d %H:%M} UTC"
