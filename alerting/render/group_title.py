"""The first line of a message about many anomalies."""

from collections.abc import Sequence
from typing import Final, Literal

from alerting.anomaly import Anomaly
from alerting.notices.common import Common
from alerting.render.plain import plain
from alerting.render.totals import impacts, paces

Kind = Literal["group", "flood", "limit"]
_MOST_NAMES: Final = 3
_ALL: Final = 1.0
_TELLING: Final = {"model", "sku", "account", "resource", "api_key", "service", "team"}


def group_title(
    anomalies: Sequence[Anomaly],
    kind: Kind,
    labels: tuple[tuple[str, str], ...],
    shared: Sequence[Common],
) -> str:
    """Such as ``Flood: ▲ 57 anomalies, +$27,360 a day · search``."""
    is_open = any(one.state == "open" for one in anomalies)
    many = f"{len(anomalies):,} {'anomaly' if len(anomalies) == 1 else 'anomalies'}"
    state = "Flood" if kind == "flood" and is_open else "Open" if is_open else "Over"
    if kind == "limit":
        many = f"{len(anomalies):,} more {'anomaly' if len(anomalies) == 1 else 'anomalies'}"
    pace = paces(anomalies)
    amount = f"{impacts(anomalies)} in all" if pace is None else pace
    return " · ".join([f"{state}: {_sign(anomalies)}{many}, {amount}", *_named(labels, shared)])


def _sign(anomalies: Sequence[Anomaly]) -> str:
    """The direction, where all have the same."""
    directions = {one.direction for one in anomalies}
    if len(directions) != 1:
        return ""
    return "▲ " if directions == {"up"} else "▼ "


def _named(labels: tuple[tuple[str, str], ...], shared: Sequence[Common]) -> list[str]:
    """Values by which they are grouped, or else that all of them have."""
    values = [value for _, value in labels if value]
    values += [one.value for one in shared if one.share >= _ALL and one.label in _TELLING]
    return [plain(value, 30) for value in dict.fromkeys(values)][:_MOST_NAMES]
