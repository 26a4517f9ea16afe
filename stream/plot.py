"""A scored series as an SVG picture: actual, forecast, band, and the incidents.

Long series are drawn in columns that keep each column's least and largest value, so that no spike is lost
and the file stays small.
"""

import math
from datetime import UTC, datetime
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 1200
HEIGHT: Final = 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 40, 40
_COLUMNS: Final = WIDTH - _LEFT - _RIGHT
_STYLE: Final = (
    "text{font:13px sans-serif;fill:#333}.band{fill:#cfe0f5}.forecast{stroke:#2b6cb0;stroke-dasharray:5 3}"
    ".actual{stroke:#222}.forecast,.actual{fill:none;stroke-width:1.2}.incident{fill:#d9480f;opacity:.18}"
    ".alert{fill:#d9480f}.axis{stroke:#999}"
)


class Drawn(NamedTuple):
    """One row as it is drawn; ``time`` in epoch seconds, ``anomaly`` the incident's number or None."""

    time: int
    value: float
    expected: float
    lower: float
    upper: float
    anomaly: int | None


class _Column(NamedTuple):
    x: float
    least: float
    largest: float
    expected: float
    lower: float
    upper: float
    anomaly: int | None


def svg(title: str, rows: list[Drawn]) -> str:
    """The picture of a series' rows, which are in the order of their times."""
    columns = _columns([row for row in rows if math.isfinite(row.value)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<text x="{_LEFT}" y="24">{escape(title)}: actual (solid), forecast (dashed), band, incidents</text>',
    ]
    if columns:
        parts += _body(columns, rows)
    return "\n".join([*parts, "</svg>", ""])


def _columns(rows: list[Drawn]) -> list[_Column]:
    if not rows:
        return []
    first, span = rows[0].time, max(rows[-1].time - rows[0].time, 1)
    groups: dict[int, list[Drawn]] = {}
    for row in rows:
        groups.setdefault((row.time - first) * (_COLUMNS - 1) // span, []).append(row)
    return [_column(_LEFT + at, group) for at, group in sorted(groups.items())]


def _column(x: float, group: list[Drawn]) -> _Column:
    last = group[-1]
    values = [row.value for row in group]
    numbers = [row.anomaly for row in group if row.anomaly is not None]
    return _Column(
        x,
        min(values),
        max(values),
        last.expected,
        last.lower,
        last.upper,
        numbers[0] if numbers else None,
    )


def _body(columns: list[_Column], rows: list[Drawn]) -> list[str]:
    top = max(max(column.largest, column.expected) for column in columns)
    bottom = min((column.least for column in columns), default=0.0)
    bottom = min(bottom, 0.0)
    height = (top - bottom) or 1.0

    def y(value: float) -> str:
        inside = min(max(value, bottom), top)
        return f"{HEIGHT - _BOTTOM - (inside - bottom) / height * (HEIGHT - _TOP - _BOTTOM):.1f}"

    upper = [f"{column.x:.0f},{y(column.upper)}" for column in columns]
    lower = [f"{column.x:.0f},{y(column.lower)}" for column in reversed(columns)]
    forecast = " ".join(f"{column.x:.0f},{y(column.expected)}" for column in columns)
    actual = " ".join(
        f"{column.x:.0f},{y(value)}"
        for column in columns
        for value in dict.fromkeys((column.least, column.largest))
    )
    return [
        *_incidents(columns),
        f'<polygon class="band" points="{" ".join([*upper, *lower])}"/>',
        f'<polyline class="forecast" points="{forecast}"/>',
        f'<polyline class="actual" points="{actual}"/>',
        f'<path class="axis" d="M{_LEFT} {_TOP}V{HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}" fill="none"/>',
        f'<text x="{_LEFT - 8}" y="{_TOP + 5}" text-anchor="end">{top:.4g}</text>',
        f'<text x="{_LEFT - 8}" y="{HEIGHT - _BOTTOM}" text-anchor="end">{bottom:.4g}</text>',
        f'<text x="{_LEFT}" y="{HEIGHT - 14}">{_moment(rows[0].time)}</text>',
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 14}" text-anchor="end">{_moment(rows[-1].time)} UTC</text>',
    ]


def _incidents(columns: list[_Column]) -> list[str]:
    spans: dict[int, tuple[float, float]] = {}
    for column in columns:
        if column.anomaly is not None:
            start, _ = spans.get(column.anomaly, (column.x, column.x))
            spans[column.anomaly] = (start, column.x)
    drawn = []
    for number, (start, end) in spans.items():
        width = max(end - start, 2)
        drawn.append(
            f'<rect class="incident" x="{start:.0f}" y="{_TOP}" width="{width:.0f}" '
            f'height="{HEIGHT - _TOP - _BOTTOM}"/>'
        )
        drawn.append(f'<text class="alert" x="{start:.0f}" y="{_TOP - 3}">{number}</text>')
    return drawn


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
