"""What within a series moved: cost and usual cost of each value of each dimension, bounded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from alerting.anomaly import Contributor
from alerting.money import from_float, subtract

Contributions = dict[str, tuple[float, float]]  # "dimension=value" -> cost, usual cost

MAX_KEPT = 24
_MAX_SHOWN = 12
_MAX_SHOWN_PER_DIMENSION = 3
_MIN_SHARE = 0.01


def joined(left: Contributions, right: Contributions) -> Contributions:
    """Both added up; of more than `MAX_KEPT` those that moved least are let go."""
    both = dict(left)
    for name, (actual, expected) in right.items():
        before = both.get(name, (0.0, 0.0))
        both[name] = (before[0] + actual, before[1] + expected)
    return bounded(both)


def of_bucket(actual: Mapping[str, float], expected: Mapping[str, float]) -> Contributions:
    """The contributions of one bucket from its costs and the usual ones."""
    names = dict.fromkeys((*actual, *expected))
    return bounded({name: (actual.get(name, 0.0), expected.get(name, 0.0)) for name in names})


def bounded(costs: Contributions) -> Contributions:
    """The `MAX_KEPT` that moved most, in turns from each dimension, so that none crowds out the rest."""
    if len(costs) <= MAX_KEPT:
        return costs
    ranked = sorted(
        (rank, -_moved(costs[name]), name)
        for names in _by_dimension(costs).values()
        for rank, name in enumerate(names)
    )
    return {name: costs[name] for _, _, name in ranked[:MAX_KEPT]}


def contributors(costs: Contributions, impact: Decimal) -> tuple[Contributor, ...]:
    """The contributors worth telling, those of the largest share first.

    Args:
        costs: actual and usual cost of each ``dimension=value``.
        impact: the anomaly's; a contributor's share is its part of it, negative where it moved the
            other way.
    """
    shown = [
        _contributor(name, costs[name], impact)
        for names in _by_dimension(costs).values()
        for name in names[:_MAX_SHOWN_PER_DIMENSION]
    ]
    telling = [one for one in shown if abs(one.share) > _MIN_SHARE]
    telling.sort(key=lambda one: (-abs(one.share), one.dimension, one.value))
    return tuple(telling[:_MAX_SHOWN])


def _by_dimension(costs: Contributions) -> dict[str, list[str]]:
    """Names of each dimension, those that moved most first."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(costs, key=lambda name: (-_moved(costs[name]), name)):
        names[name.partition("=")[0]].append(name)
    return names


def _moved(cost: Iterable[float]) -> float:
    actual, expected = cost
    return abs(actual - expected)


def _contributor(name: str, cost: tuple[float, float], impact: Decimal) -> Contributor:
    dimension, _, value = name.partition("=")
    actual, expected = from_float(cost[0]), from_float(cost[1])
    moved = subtract(actual, expected)
    return Contributor(
        dimension=dimension,
        value=value,
        actual=actual,
        expected=expected,
        impact=moved,
        share=round(float(moved / impact), 4) if impact else 0.0,
    )
