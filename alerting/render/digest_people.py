"""What people did about an anomaly in a few words, and how alerts did on a day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from alerting.cases.kpi import Kpis
from alerting.render.amounts import cents, moment
from alerting.render.plain import plain
from alerting.render.spans import span
from alerting.statement import AmongPeople, Did

_NAME: Final = 40
_NOTE: Final = 60
_SAID: Final[dict[Did, str]] = {
    "wrong": "judged wrong by {by}{note}",
    "expected": "expected{until}, says {by}{note}",
    "planned": "planned{note}",
    "silenced": "silenced by {by}{until}{note}",
    "inhibited": "follows from {by}",
    "muted": "muted by {by}",
    "snoozed": "snoozed by {by}{until}{note}",
    "acknowledged": "acknowledged by {by}{note}",
    "right": "confirmed by {by}{note}",
}


def among_people(people: AmongPeople | None) -> str | None:
    """``acknowledged by Ann: on it``, ``planned: load test``; None where there is nothing to say."""
    if people is None or people.did is None:
        return None
    return _SAID[people.did].format(
        by=plain(people.by, _NAME),
        until="" if people.until is None else f" until {_moment(people.until)}",
        note=f": {plain(people.note, _NOTE)}" if people.note else "",
    )


def alerts_in_words(kpis: Kpis) -> str:
    """How alerts did, in a sentence; times are medians."""
    said = [_count(kpis), *_times(kpis)]
    return "; ".join([", ".join(said), *_besides(kpis)])


def _moment(seconds: int) -> str:
    return moment(datetime.fromtimestamp(seconds, UTC))


def _count(kpis: Kpis) -> str:
    number = f"{kpis.count:,} {'anomaly' if kpis.count == 1 else 'anomalies'}"
    cost = " + ".join(cents(amount, currency) for currency, amount in kpis.cost)
    return f"{number}, {cost} more than expected" if cost else number


def _times(kpis: Kpis) -> Iterator[str]:
    for name, seconds in (
        ("detected", kpis.to_detect),
        ("told", kpis.to_notify),
        ("taken up", kpis.to_acknowledge),
        ("over", kpis.to_resolve),
    ):
        if seconds is not None:
            yield f"{name} after {span(seconds)}"


def _besides(kpis: Kpis) -> Iterator[str]:
    share = kpis.wrong_share
    if kpis.wrong and share is not None:
        yield f"{kpis.wrong:,} judged wrong ({share * 100:,.0f} %)"
    if kpis.planned:
        yield f"{kpis.planned:,} planned"
    if kpis.retracted:
        yield f"{kpis.retracted:,} retracted"
