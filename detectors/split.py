"""Why a cost changed: by volume, mix of models, tokens a request, cache and price, with nothing left over.

Additive LMDI-I (Ang, "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33, 2005). A
cost is a sum over cells, the input and the output of each model, and each cell a product of factors:

    cost = requests * share of the model * tokens a request * price a token without a cache * cache factor

A factor ``f`` that went from ``f0`` to ``f1`` moved its cell by ``L(c1, c0) * ln(f1 / f0)``, where ``L(a, b) =
(a - b) / ln(a / b)`` is the logarithmic mean. The effects add up to the change, in whatever order they are taken.
A cell that was nothing, or is nothing now, has moved by the first of its factors that is 0: the limit of the
formula. So a model that is new or gone is mix.
"""

from collections.abc import Iterator
from math import isfinite, log, log1p
from typing import Final, NamedTuple

from detectors.measures import NOTHING, Measures, Models, total

_WHOLE: Final = 0.01  # share of use without prices from which a model is no longer told in parts
_NEAR: Final = 1e-9
_NOISE: Final = 1e-12  # share of a cost that is left of it by rounding alone

Pair = tuple[float, float]  # actual, usual


class Effects(NamedTuple):
    """Money by which each cause moved a cost; they add up to the change of what was measured.

    >>> usual = {"m": Measures(requests=10, output_tokens=100, cost=3.0, output_cost=3.0)}
    >>> actual = {"m": Measures(requests=20, output_tokens=400, cost=12.0, output_cost=12.0)}
    >>> effects = split(actual, usual)
    >>> round(effects.volume, 6), round(effects.output, 6)
    (4.5, 4.5)
    """

    volume: float = 0.0
    mix: float = 0.0
    input: float = 0.0
    output: float = 0.0
    cache: float = 0.0
    price: float = 0.0

    def plus(self, more: "Effects") -> "Effects":
        """Both added up."""
        return Effects(*(mine + other for mine, other in zip(self, more, strict=True)))


def split(actual: Models, usual: Models) -> Effects:
    """The effects between two buckets, or sums of buckets, by model.

    A cell with a cost below 0, or a cost of nothing that was measured, is in no effect.
    """
    whole = total(actual.values()), total(usual.values())
    uses_requests = all(
        one.requests > 0 or one.cost == 0 for models in (actual, usual) for one in models.values()
    )
    effects = Effects()
    for name in sorted({*actual, *usual}):
        pair = actual.get(name, NOTHING), usual.get(name, NOTHING)
        for each in _of_model(pair, whole, uses_requests=uses_requests):
            if all(map(isfinite, each)):
                effects = effects.plus(each)
    return effects


def _of_model(
    pair: tuple[Measures, Measures], whole: tuple[Measures, Measures], *, uses_requests: bool
) -> Iterator[Effects]:
    """The effects of a model's cells. Without requests, tokens are the volume."""
    now, before = pair
    requests = _both(whole, "requests"), _both(pair, "requests")
    head = requests if uses_requests else (_tokens(whole), _tokens(pair))
    if max(one.unparted - _WHOLE * abs(one.cost) for one in pair) > 0:
        yield _of_unparted(pair, head)
        return
    of_input = _of_rest(now), _of_rest(before)
    tokens, uncached = _both(pair, "input_tokens"), _both(pair, "uncached")
    volume, mix, longer, price, cache = _moved(of_input, (*head, tokens, uncached, of_input))
    yield Effects(volume=volume, mix=mix, input=longer, price=price, cache=cache)
    of_output, tokens = _both(pair, "output_cost"), _both(pair, "output_tokens")
    volume, mix, longer, price = _moved(of_output, (*head, tokens, of_output))
    yield Effects(volume=volume, mix=mix, output=longer, price=price)


def _of_unparted(pair: tuple[Measures, Measures], head: tuple[Pair, Pair]) -> Effects:
    """Of use that brought its cost input and output cannot be told apart: a token costs what a token costs."""
    cost, tokens = _both(pair, "cost"), _tokens(pair)
    volume, mix, longer, price = _moved(cost, (*head, tokens, cost))
    share = _share_of_input(pair, head[1])
    return Effects(volume, mix, longer * share, longer * (1.0 - share), 0.0, price)


def _share_of_input(pair: tuple[Measures, Measures], requests: Pair) -> float:
    """What part of a change of tokens a request is one of the input."""
    tokens = _tokens(pair)
    if min(*requests, *tokens) <= 0.0:
        return _of_both(pair, tokens)
    inputs = _both(pair, "input_tokens")
    each = [number / many for number, many in zip(inputs, requests, strict=True)]
    whole = [number / many for number, many in zip(tokens, requests, strict=True)]
    moved = whole[0] - whole[1]
    if abs(moved) <= _NEAR * max(whole):
        return _of_both(pair, tokens)
    return (each[0] - each[1]) / moved


def _of_both(pair: tuple[Measures, Measures], tokens: Pair) -> float:
    inputs = _both(pair, "input_tokens")
    return sum(inputs) / sum(tokens) if sum(tokens) > 0.0 else 1.0


def _moved(cost: Pair, chain: tuple[Pair, ...]) -> list[float]:
    """How much each factor moved a cell.

    Args:
        cost: of the cell.
        chain: what is measured, from the volume down to the cost; each factor is one of them over the one before,
            but for the first, and for the cost, which stands last.

    Returns:
        A number a factor. One that cannot be told, as there was a cost without what it is a price of, is 1: what
        follows takes its part.
    """
    now, before = cost
    effects = [0.0] * len(chain)
    if min(now, before) < 0.0 or now == before == 0.0:
        return effects
    known = _told(cost, chain)
    if now > 0.0 and before > 0.0:
        weight, last = _logarithmic_mean(now, before), 0.0
        for place in known:
            here = log(chain[place][0]) - log(chain[place][1])
            effects[place] = weight * (here - last)
            last = here
        return effects
    empty = 0 if before > 0.0 else 1
    first = next(place for place in known if chain[place][empty] <= 0.0)
    effects[first] = now - before
    return effects


def _told(cost: Pair, chain: tuple[Pair, ...]) -> list[int]:
    """Which of the chain are above nothing where the cost is, on either side; the cost itself always is."""
    return [
        place
        for place, here in enumerate(chain)
        if all(number > 0.0 for number, money in zip(here, cost, strict=True) if money > 0.0)
    ]


def _logarithmic_mean(left: float, right: float) -> float:
    """``(a - b) / ln(a / b)``, which lies between both and is either where they are the same."""
    least, moved = min(left, right), abs(left - right)
    if moved > least:
        return (left - right) / (log(left) - log(right))
    return moved / log1p(moved / least) if moved else least


def _of_rest(one: Measures) -> float:
    """The cost of all but the output."""
    rest = float(one.cost - one.output_cost)
    return 0.0 if abs(rest) <= _NOISE * abs(one.cost) else rest


def _both(pair: tuple[Measures, Measures], name: str) -> Pair:
    return float(getattr(pair[0], name)), float(getattr(pair[1], name))


def _tokens(pair: tuple[Measures, Measures]) -> Pair:
    now, before = pair
    return (
        float(now.input_tokens + now.output_tokens),
        float(before.input_tokens + before.output_tokens),
    )
