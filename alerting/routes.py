"""The one channel of a series, for those who know of no targets yet."""

from typing import Final

from msgspec.structs import asdict

from alerting.anomaly import Anomaly
from alerting.routing.labels import labels_of
from alerting.routing.walk import ROOT, ends
from alerting.series import SeriesKey
from config.routing import Routing

DEFAULT: Final = ROOT


def channel_for(routing: Routing, series: SeriesKey | Anomaly) -> tuple[str, str]:
    """The channel that hears of a series, and the name of the route that says so, or ``"default"``."""
    labels = labels_of(series) if isinstance(series, Anomaly) else asdict(series)
    visit = ends(routing, labels)[0]
    said = (route.channel for route in reversed(visit.way))
    channel = next((one for one in said if one is not None), routing.default_channel)
    return channel, visit.path
