"""The chart of an anomaly as a PNG: what came, the forecast with its band, and the anomalous span.

Nothing is told by colour alone: what came is a line with marks, the forecast is dashed, the anomaly's span is hatched.
Each picture is a figure of its own, without pyplot's state, and matplotlib keeps fonts by thread: any thread may draw.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from alerting.anomaly import Anomaly, RecentBucket
from alerting.money import from_float
from alerting.render.amounts import moment, money
from alerting.render.compact import compact, finite
from alerting.render.plain import plain
from alerting.render.round_times import round_times
from alerting.render.spans import step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEAST: Final = 3  # buckets, below which there is nothing to see
_INCHES: Final = (4.0, 2.2)
_DPI: Final = 200  # 800 pixels wide: two for each of a phone's
_FONT: Final = "DejaVu Sans"  # comes with matplotlib, so that a picture is the same everywhere
_SMALL, _TITLE = 7, 8  # points
_TICKS: Final = 4
_UNKNOWN: Final = "?"
_ACTUAL, _EXPECTED, _SPAN, _INK = "#12507b", "#4d4d4d", "#e2a19b", "#1d1c1d"


def chart_png(anomaly: Anomaly) -> bytes | None:
    """A PNG of 800 by 440 pixels, the same for the same anomaly; None for fewer than three buckets."""
    recent = anomaly.recent
    if len(recent) < _LEAST:
        return None
    # A third of a second to import, which only who draws pays for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=_INCHES, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.115, 0.125, 0.865, 0.655))
    _draw(axes, anomaly)
    names, every = _title(anomaly)
    figure.text(0.02, 0.92, names, **_text(_TITLE), weight="bold")
    figure.text(0.02, 0.82, every, **_text(_SMALL))
    _legend(axes)
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def alt_text(anomaly: Anomaly) -> str:
    """The picture in words, for who does not see it."""
    currency, recent = anomaly.currency, anomaly.recent
    what = f"{plain(anomaly.team, 40)} · {plain(anomaly.service, 40)}"
    if not recent:
        return f"Cost of {what}"
    until = "" if anomaly.ended_at is None else f" to {moment(anomaly.ended_at)}"
    first, last = (moment(at.start) for at in (recent[0], recent[-1]))
    top = max(recent, key=lambda bucket: abs(finite(bucket.actual) - finite(bucket.expected)))
    most, usual = (money(from_float(finite(one)), currency) for one in (top.actual, top.expected))
    return (
        f"Line chart of the cost of {what} from {first} to {last}. The anomaly is hatched, from "
        f"{moment(anomaly.started_at)}{until}. Furthest off at {moment(top.start)}: {most} against {usual} expected."
    )


def _draw(axes: "Axes", anomaly: Anomaly) -> None:
    recent, step = anomaly.recent, anomaly.bucket_seconds
    at = [bucket.start.timestamp() for bucket in recent]
    actual, expected, lower, upper = (
        [finite(getattr(bucket, name)) for bucket in recent]
        for name in ("actual", "expected", "lower", "upper")
    )
    ended = at[-1] + step if anomaly.ended_at is None else anomaly.ended_at.timestamp()
    span = max(at[0], anomaly.started_at.timestamp()), min(at[-1] + step, ended)
    middle = [moment + step / 2 for moment in at]
    if span[0] < span[1]:
        shade: dict[str, Any] = {"facecolor": "#fbe9e7", "edgecolor": _SPAN, "linewidth": 0}
        axes.axvspan(*span, hatch="////", label="anomaly", zorder=0, **shade)
    axes.fill_between(middle, lower, upper, color="#d5d5d5", label="usual", linewidth=0, zorder=1)
    axes.plot(middle, expected, "--", color=_EXPECTED, label="forecast", linewidth=1.1, zorder=2)
    axes.plot(
        middle, actual, "-o", color=_ACTUAL, label="actual", linewidth=1.4, markersize=2, zorder=3
    )
    axes.set_xlim(at[0], at[-1] + step)
    _money_axis(axes, [*actual, *expected, *lower, *upper], anomaly.currency)
    _time_axis(axes, recent, at[-1] + step)
    axes.grid(visible=True, axis="y", color="#e4e4e4", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _money_axis(axes: "Axes", values: Sequence[float], currency: str) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    low, high = min(0.0, *values), max(0.0, *values)
    high = high if high > low else low + 1.0
    ticks = MaxNLocator(_TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    unit = "$" if currency == "USD" else ""
    labels = [f"{'-' if tick < 0 else ''}{unit}{compact(abs(float(tick)))}" for tick in ticks]
    axes.set_yticks(list(ticks), labels, **_text(_SMALL))
    axes.set_ylim(min(low, ticks[0]), max(ticks[-1], high * 1.02))


def _time_axis(axes: "Axes", recent: Sequence[RecentBucket], end: float) -> None:
    """A few round times, with the day where it changes, in UTC."""
    shown = [
        datetime.fromtimestamp(at, UTC) for at in round_times(recent[0].start.timestamp(), end)
    ]
    labels = [
        f"{one:%m-%d %H:%M}" if before is None or before.date() != one.date() else f"{one:%H:%M}"
        for before, one in zip([None, *shown], shown, strict=False)
    ]
    labels[-1:] = [f"{label} UTC" for label in labels[-1:]]
    ticks = [one.timestamp() for one in shown]
    axes.set_xticks(ticks, labels, ha="center", **_text(_SMALL))
    axes.tick_params(length=2, width=0.5, pad=2)


def _legend(axes: "Axes") -> None:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - as above

    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.01, 0.985),
        ncols=4,
        frameon=False,
        prop=FontProperties(family=_FONT, size=_SMALL),
        handlelength=1.6,
        columnspacing=0.9,
        handletextpad=0.4,
        borderaxespad=0.1,
    )


def _title(anomaly: Anomaly) -> tuple[str, str]:
    """Whose cost it is, and in what it is measured."""
    names = f"{plain(anomaly.team, 24)} · {plain(anomaly.service, 30)}"
    every = f"{plain(anomaly.currency, 12)} every {step(anomaly.bucket_seconds)}"
    return _drawable(names), _drawable(every)


def _text(size: int) -> dict[str, Any]:
    """Text as it is: a dollar sign in a name is no formula."""
    return {"fontsize": size, "fontfamily": _FONT, "color": _INK, "parse_math": False}


def _drawable(text: str) -> str:
    """Text of which the font knows every character; another one would be a warning and a box."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - as above

    known = get_font(findfont(FontProperties(family=_FONT))).get_charmap()
    return "".join(char if ord(char) in known else _UNKNOWN for char in text)
