"""What moved within an anomaly, in few lines: one for all dimensions of which one value stands for nearly all."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from alerting.anomaly import Anomaly, Contributor
from alerting.render.amounts import factor, money, signed_money
from alerting.render.plain import plain

_NEARLY_ALL: Final = 0.9
_REST_MATTERS: Final = 0.1  # share
_TELLING_SHARE: Final = 10.0  # share from which on the impact is only what little is left of it


def moved(anomaly: Anomaly) -> tuple[str, ...]:
    """A line a contributor, those of a dimension together."""
    lines: list[str] = []
    alone: list[Contributor] = []
    for _, group in groupby(anomaly.contributors, key=lambda one: one.dimension):
        rows = list(group)
        if rows[0].share >= _NEARLY_ALL and all(abs(one.share) < _REST_MATTERS for one in rows[1:]):
            alone.append(rows[0])
        else:
            lines += _several(rows, anomaly.currency)
    return (*_alone(alone, anomaly.currency), *lines)


def _alone(rows: list[Contributor], currency: str) -> Iterator[str]:
    """Values that stand for nearly all, of a dimension each: the first one with its money."""
    if rows:
        also = ", ".join(
            _name(one) + (" (new)" if one.change == "added" else "") for one in rows[1:]
        )
        yield _line(rows[0], currency) + (f"; also {also}" if also else "")


def _several(rows: list[Contributor], currency: str) -> Iterator[str]:
    for one in rows:
        if one.change != "rest" or abs(one.share) >= _REST_MATTERS:
            yield _line(one, currency)


def _line(one: Contributor, currency: str) -> str:
    said = [f"{one.share * 100:,.0f} %"] if abs(one.share) < _TELLING_SHARE else []
    said += filter(None, [_against(one, currency)])
    details = f" ({', '.join(said)})" if said else ""
    return f"{_name(one)}: {signed_money(one.impact, currency)}{details}"


def _name(one: Contributor) -> str:
    return f"{plain(one.dimension, 40)} {plain(one.value)}"


def _against(one: Contributor, currency: str) -> str:
    if one.change == "rest":
        return ""
    if one.change == "added":
        return "new"
    usual = f"the usual {money(one.expected, currency)}"
    if one.change == "vanished":
        return f"gone, none of {usual}" if one.actual == 0 else f"gone, next to none of {usual}"
    ratio = factor(one.actual, one.expected)
    return f"{ratio} {usual}" if ratio else ""
