"""What many anomalies have in common: where to look first."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.money import total_of

_MOST_OF_THEM: Final = 0.8  # of the anomalies, from which a value is common
_STANDS_FOR_IT: Final = 0.5  # of an anomaly's impact, from which a contributor does
_OF_SERIES: Final = ("service", "team", "environment", "source")
_OF_CONTRIBUTORS: Final = ("model", "sku", "account", "region", "api_key", "resource")
_SAYS_LEAST: Final = ("kind", "direction")
_ORDER: Final = (*_OF_CONTRIBUTORS, *_OF_SERIES, *_SAYS_LEAST)


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """One value that most of several anomalies share."""

    label: str  # source, team, model, kind (the evidence), ...
    value: str
    count: int  # anomalies that have it
    share: float  # of the anomalies
    impact_share: float | None  # of their impact, up and down alike; None: in several currencies


def in_common(anomalies: Sequence[Anomaly]) -> tuple[Common, ...]:
    """What at least four of five share, what tells most first; nothing for fewer than two.

    A contributor counts where it makes half of its anomaly's impact or more.
    """
    if len(anomalies) < 2:
        return ()
    having: dict[tuple[str, str], list[Anomaly]] = defaultdict(list)
    for anomaly in anomalies:
        for pair in set(_values(anomaly)):
            having[pair].append(anomaly)
    found = [
        Common(
            label=label,
            value=value,
            count=len(those),
            share=len(those) / len(anomalies),
            impact_share=_impact_share(those, anomalies),
        )
        for (label, value), those in having.items()
        if len(those) >= _MOST_OF_THEM * len(anomalies)
    ]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.label), -one.share, one.value)))


def _values(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """All labels of an anomaly with their values; what is not known is none."""
    for label in _OF_SERIES:
        if value := str(getattr(anomaly, label)):
            yield label, value
    yield "kind", anomaly.channel
    yield "direction", anomaly.direction
    for one in anomaly.contributors:
        named = one.dimension in _OF_CONTRIBUTORS and one.change != "rest"
        if named and one.share >= _STANDS_FOR_IT:
            yield one.dimension, one.value


def _impact_share(those: Sequence[Anomaly], anomalies: Sequence[Anomaly]) -> float | None:
    if len({one.currency for one in anomalies}) > 1:
        return None
    everything = _moved(anomalies)
    return float(_moved(those) / everything) if everything else None


def _moved(anomalies: Sequence[Anomaly]) -> Decimal:
    return total_of(abs(one.impact) for one in anomalies)
