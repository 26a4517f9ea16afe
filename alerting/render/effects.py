"""The split of an anomaly in words: each effect with its money, and what the largest ones say of the cause."""

from collections.abc import Iterable
from decimal import Decimal
from math import exp
from typing import Final

from alerting.anomaly import Anomaly, Cause, Contributor, Effect
from alerting.render.amounts import signed_money, times
from alerting.render.plain import plain

_SAID: Final = Decimal("0.02")  # of the largest effect, from which one is said
_CAUSES: Final = 2
_IS_CAUSE: Final = Decimal("0.3")  # of the impact
_STORM: Final = 2.5  # times the usual requests
_NO_LONGER: Final = 1.05  # times the usual output of a request
_CHANGED: Final = 0.05  # share of the input, or of a usual number
_MOST_OF_NAME: Final = 40
_NAMES: Final[dict[Cause, tuple[str, str]]] = {  # of a rise, and of a fall
    "volume": ("volume", "volume"),
    "mix": ("dearer models", "cheaper models"),
    "input": ("longer prompts", "shorter prompts"),
    "output": ("longer outputs", "shorter outputs"),
    "cache": ("cache", "cache"),
    "price": ("price", "price"),
    "other": ("not measured", "not measured"),
}


def split_in_words(anomaly: Anomaly) -> str | None:
    """Such as ``volume +$310.00, cache share 62 % to 11 % +$40.00, price 0``; None where there is no split."""
    least = max((abs(one.impact) for one in anomaly.split), default=Decimal(0)) * _SAID
    said = [
        _effect(one, anomaly.currency)
        for one in anomaly.split
        if abs(one.impact) > least or one.name == "price"
    ]
    return ", ".join(said) if len(said) > 1 else None


def causes(anomaly: Anomaly) -> list[str]:
    """What the largest effects say, the largest first; nothing where none of them makes much of the impact."""
    if not anomaly.impact:
        return []
    ranked = sorted(anomaly.split, key=lambda one: -one.impact / anomaly.impact)
    large = (one for one in ranked if one.impact / anomaly.impact >= _IS_CAUSE)
    said = (_cause(one, anomaly) for one in large)
    return [words for words in said if words is not None][:_CAUSES]


def _effect(one: Effect, currency: str) -> str:
    up, down = _NAMES[one.name]
    name = up if one.impact > 0 else down
    if one.name == "cache" and (change := _cache_share(one)) is not None:
        name = f"cache share {change}"
    money = signed_money(one.impact, currency)
    return f"{name} {money if one.impact else '0'}"


def _cause(one: Effect, anomaly: Anomaly) -> str | None:
    match one.name:
        case "volume":
            return _volume(one, anomaly)
        case "mix":
            return _mix(anomaly.contributors, up=one.impact > 0)
        case "input" | "output":
            return _length(one)
        case "cache":
            return _cache(one)
        case "price":
            return _price(one, anomaly)
        case _:
            return None


def _volume(one: Effect, anomaly: Anomaly) -> str | None:
    ratio = _ratio(one)
    if ratio is None or abs(ratio - 1) < _CHANGED:
        return None
    if ratio == 0:
        return "no requests at all"
    said = f"requests {times(ratio)} their usual number"
    longer = next((_ratio(each) for each in anomaly.split if each.name == "output"), None)
    if ratio >= _STORM and longer is not None and longer <= _NO_LONGER:
        return f"{said} with outputs no longer than usual, as in a storm of retries"
    return said


def _mix(contributors: Iterable[Contributor], *, up: bool) -> str:
    """From which model to which one."""
    models = [one for one in contributors if one.dimension == "model" and one.change != "rest"]
    to = max((one for one in models if one.impact > 0), key=lambda one: one.impact, default=None)
    off = min((one for one in models if one.impact < 0), key=lambda one: one.impact, default=None)
    if to is None and off is None:
        return f"requests went to {'dearer' if up else 'cheaper'} models"
    said = "requests moved"
    if off is not None:
        said += f" from {plain(off.value, _MOST_OF_NAME)}"
    if to is not None:
        said += f" to {plain(to.value, _MOST_OF_NAME)}"
    return said


def _length(one: Effect) -> str:
    what = "prompts" if one.name == "input" else "outputs"
    ratio = _ratio(one)
    if ratio is None or (ratio > 1) is not (one.impact > 0):
        return f"{'longer' if one.impact > 0 else 'shorter'} {what}"
    return f"{what} {times(ratio)} as long as usual"


def _cache(one: Effect) -> str:
    change = _cache_share(one)
    if change is None:
        return "the cache served less" if one.impact > 0 else "the cache served more"
    return f"share of input read from cache went from {change}"


def _cache_share(one: Effect) -> str | None:
    """From what to what; None where it is about the same."""
    now, usual = one.actual, one.expected
    if now is None or usual is None or abs(now - usual) < _CHANGED:
        return None
    return f"{usual * 100:.0f} % to {now * 100:.0f} %"


def _price(one: Effect, anomaly: Anomaly) -> str:
    """The change of price, from the money that it makes of the change of all."""
    if anomaly.actual > 0 and anomaly.expected > 0 and anomaly.impact:
        logarithm = (anomaly.actual / anomaly.expected).ln()
        ratio = exp(max(-700.0, min(700.0, float(one.impact / anomaly.impact * logarithm))))
        return f"a token costs {times(ratio)} its usual price"
    return f"a token costs {'more' if one.impact > 0 else 'less'} than usual"


def _ratio(one: Effect) -> float | None:
    if one.actual is None or one.expected is None or one.expected <= 0:
        return None
    return one.actual / one.expected
