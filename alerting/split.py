"""An anomaly's impact by cause, exact: volume, mix of models, tokens a request, cache and price."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from alerting.anomaly import Cause, Effect
from alerting.money import ZERO, add, from_float, multiply, subtract, total_of
from alerting.usage import Usages
from detectors.measures import Measures, total
from detectors.split import split

Rate: TypeAlias = tuple[float | None, float | None]  # as it was, and as is usual

_CAUSES: Final[tuple[Cause, ...]] = ("volume", "mix", "input", "output", "cache", "price")
_ROUNDING: Final = Decimal("0.00001")  # money; six amounts are rounded, and each forecast was
_NOISE: Final = Decimal("1e-6")  # of all that moved, for models count in floats


def split_of(usages: Usages, impact: Decimal) -> tuple[Effect, ...]:
    """The effects in their fixed order, whose impacts add up to the anomaly's; none where no use is known.

    What was not measured, such as late charges, is the effect ``other``, the last one.
    """
    if not usages:
        return ()
    effects = split(
        {name: actual for name, (actual, _) in usages.items()},
        {name: usual for name, (_, usual) in usages.items()},
    )
    moved = dict(zip(_CAUSES, map(_money, effects), strict=True))
    rest = subtract(impact, total_of(moved.values()))
    most = max(moved, key=lambda name: abs(moved[name]))
    if abs(rest) <= max(_ROUNDING, multiply(_NOISE, abs(moved[most]))):
        moved[most], rest = add(moved[most], rest), ZERO
    rates = _rates(usages)
    moved["other"] = rest
    return tuple(_effect(name, money, rates) for name, money in moved.items())


def _effect(name: Cause, impact: Decimal, rates: Mapping[Cause, Rate]) -> Effect:
    now, usual = rates.get(name, (None, None))
    return Effect(name=name, impact=impact, actual=now, expected=usual)


def _rates(usages: Usages) -> dict[Cause, Rate]:
    """What each effect is about, as it was and as it usually is."""
    now, usual = (total(pair[side] for pair in usages.values()) for side in (0, 1))
    return {
        "volume": (float(now.requests), round(float(usual.requests), 3)),
        "input": (_each(now, "input_tokens"), _each(usual, "input_tokens")),
        "output": (_each(now, "output_tokens"), _each(usual, "output_tokens")),
        "cache": (_cached(now), _cached(usual)),
    }


def _each(one: Measures, name: str) -> float | None:
    """Tokens a request."""
    return round(getattr(one, name) / one.requests, 3) if one.requests > 0 else None


def _cached(one: Measures) -> float | None:
    """The share of the input that was read from a cache."""
    tokens = one.input_tokens
    return round(one.cache_read_tokens / tokens, 4) if tokens > 0 else None


def _money(amount: float) -> Decimal:
    return add(from_float(amount), ZERO)  # no -0
