"""The chart of a notice as a picture, where pictures can be drawn."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from alerting.notices.notice import Notice
from alerting.sinks.mail_message import Picture

_DRAWS: Final = "alerting.render.picture"


def picture_of(notice: Notice) -> Picture | None:
    """The chart of a notice's only anomaly; None for a group, a digest, or where there is nothing to draw."""
    if len(notice.anomalies) != 1 or find_spec(_DRAWS) is None:
        return None
    drawing = import_module(_DRAWS)
    (anomaly,) = notice.anomalies
    png = drawing.chart_png(anomaly)
    return None if png is None else Picture(png, drawing.alt_text(anomaly))
