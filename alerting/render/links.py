"""Links of an anomaly: addresses come from the rules, and only percent-encoded names from data."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from alerting.anomaly import Anomaly
from alerting.render.consoles import console_of
from alerting.render.urls import is_link
from config.links import Link
from config.matching import matches

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_STANDS_FOR_IT: Final = 0.5  # share of the impact, from which a contributor does
_MOST: Final = 200  # characters of a value
_NO_STEP: Final = {"", ".", ".."}  # of a path: browsers take them away, however they are encoded
_OF_CONTRIBUTORS: Final = ("model", "account", "region")


def links_of(
    rules_links: Sequence[Link], anomaly: Anomaly, runbook: str | None, dashboard: str | None
) -> tuple[tuple[str, str], ...]:
    """Labels and addresses, what to do first, then where to look.

    Args:
        rules_links: the rules' section `links`; one that names what is not known of the anomaly is left out.
        anomaly: what is told.
        runbook: address or template of the owner's runbook.
        dashboard: address or template of a dashboard.
    """
    values = _values(anomaly)
    templates = [("Runbook", runbook), ("Dashboard", dashboard)]
    templates += [(link.name, link.url) for link in rules_links if _is_meant(link, anomaly)]
    found = [
        (label, url)
        for label, template in templates
        if template and (url := filled(template, values)) is not None
    ]
    console = console_of(anomaly)
    return (*found, *([console] if console is not None else []))


def filled(template: str, values: dict[str, str]) -> str | None:
    """The address; None where a value is not known, or would lead to another page."""
    if any(values.get(name, "") in _NO_STEP for name in _PLACEHOLDER.findall(template)):
        return None
    url = _PLACEHOLDER.sub(lambda hit: quote(values[hit[1]][:_MOST], safe=""), template)
    return url if is_link(url) else None


def _is_meant(link: Link, anomaly: Anomaly) -> bool:
    return matches(
        link.match,
        source=anomaly.source,
        team=anomaly.team,
        service=anomaly.service,
        environment=anomaly.environment,
        charge_kind=anomaly.charge_kind,
    )


def _values(anomaly: Anomaly) -> dict[str, str]:
    until = anomaly.updated_at if anomaly.ended_at is None else anomaly.ended_at
    return {
        "team": anomaly.team,
        "service": anomaly.service,
        "environment": anomaly.environment,
        "source": anomaly.source,
        "anomaly_id": anomaly.anomaly_id,
        "from": _iso(anomaly.started_at),
        "to": _iso(until),
        "from_ms": _milliseconds(anomaly.started_at),
        "to_ms": _milliseconds(until),
        **dict(_moved(anomaly)),
    }


def _moved(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """The value of a dimension that stands for the anomaly, the one with most of it last."""
    for one in sorted(anomaly.contributors, key=lambda each: each.share):
        named = one.dimension in _OF_CONTRIBUTORS and one.change != "rest"
        if named and one.share >= _STANDS_FOR_IT:
            yield one.dimension, one.value


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp()) * 1000)
