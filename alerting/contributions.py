"""What within a series moved: cost and usual cost of each value of each dimension, bounded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from alerting.anomaly import Change, Contributor
from alerting.money import ZERO, from_float, multiply, subtract, total_of
from alerting.rounding import parted

Contributions = dict[str, tuple[float, float]]  # "dimension=value" -> cost, usual cost

MAX_KEPT = 24
_MAX_SHOWN = 12
_MAX_SHOWN_PER_DIMENSION = 3
_MIN_SHARE = Decimal("0.01")
_NEXT_TO_NOTHING = Decimal(
    "0.02"
)  # of the other side: the first bucket of a newcomer is learned, too
_ROUNDING = Decimal("0.00001")  # money; a forecast a bucket is rounded to a tenth of it
_NOISE = Decimal("1e-9")  # of all that moved, for models count in floats
_DIGITS = 4  # of a share
_REST = "all else"


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


def contributors(
    costs: Contributions, actual: Decimal, expected: Decimal
) -> tuple[Contributor, ...]:
    """The contributors worth telling by dimension, first that of the largest share.

    Of each dimension those that moved most are named, and a last row has what is left to the anomaly's own
    amounts: so impacts add up to its impact, and shares to 1. Dimensions of which nobody is worth telling are
    left out.

    Args:
        costs: actual and usual cost of each ``dimension=value``.
        actual: the anomaly's.
        expected: the anomaly's.
    """
    whole = _row("", "", actual, expected, expected)
    if not whole.impact:
        return ()
    told = [
        list(_dimension(costs, names, whole))
        for names in _by_dimension(costs).values()
        if any(_is_telling(costs[name], whole.impact) for name in names)
    ]
    told.sort(key=lambda rows: (-max(abs(one.share) for one in rows), rows[0].dimension))
    shown: list[Contributor] = []
    named = 0
    for rows in told:
        named += sum(one.change != "rest" for one in rows)
        if named <= _MAX_SHOWN:
            shown += rows
    return tuple(shown)


def _dimension(
    costs: Contributions, names: Sequence[str], whole: Contributor
) -> Iterator[Contributor]:
    """The rows of a dimension, those of the largest share first, and the rest last."""
    telling = [name for name in names if _is_telling(costs[name], whole.impact)]
    usual = whole.expected
    rows = [_named(name, costs[name], usual) for name in telling[:_MAX_SHOWN_PER_DIMENSION]]
    rest = _rest(rows, whole)
    if _is_rounding(rest, rows):  # nobody else is there
        first = rows[0]
        left = _rest(rows[1:], whole)
        rows[0] = _row(first.dimension, first.value, left.actual, left.expected, usual)
    else:
        rows.append(rest)
    shares = parted([one.impact for one in rows], _DIGITS)
    for one, share in zip(rows, shares, strict=True):
        yield replace(one, share=share)


def _rest(rows: Iterable[Contributor], whole: Contributor) -> Contributor:
    rows = list(rows)
    return Contributor(
        dimension=rows[0].dimension if rows else "",
        value=_REST,
        actual=subtract(whole.actual, total_of(one.actual for one in rows)),
        expected=subtract(whole.expected, total_of(one.expected for one in rows)),
        impact=subtract(whole.impact, total_of(one.impact for one in rows)),
        share=0.0,
        change="rest",
    )


def _is_rounding(rest: Contributor, rows: Iterable[Contributor]) -> bool:
    """Whether a rest is nothing but what is lost as floats become money."""
    most = max(max(abs(one.actual), abs(one.expected)) for one in rows)
    bound = max(_ROUNDING, multiply(_NOISE, most))
    return abs(rest.actual) <= bound and abs(rest.expected) <= bound


def _is_telling(cost: tuple[float, float], impact: Decimal) -> bool:
    return from_float(_moved(cost)) > multiply(_MIN_SHARE, abs(impact))


def _by_dimension(costs: Contributions) -> dict[str, list[str]]:
    """Names of each dimension, those that moved most first."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(costs, key=lambda name: (-_moved(costs[name]), name)):
        names[name.partition("=")[0]].append(name)
    return names


def _moved(cost: Iterable[float]) -> float:
    actual, expected = cost
    return abs(actual - expected)


def _named(name: str, cost: tuple[float, float], usual: Decimal) -> Contributor:
    dimension, _, value = name.partition("=")
    return _row(dimension, value, from_float(cost[0]), from_float(cost[1]), usual)


def _row(
    dimension: str, value: str, actual: Decimal, expected: Decimal, usual: Decimal
) -> Contributor:
    """A row without its share; ``usual`` is what the whole was expected to cost."""
    return Contributor(
        dimension=dimension,
        value=value,
        actual=actual,
        expected=expected,
        impact=subtract(actual, expected),
        share=0.0,
        change=_change(actual, expected, usual),
    )


def _change(actual: Decimal, expected: Decimal, usual: Decimal) -> Change:
    """Where all of a service costs a hundred times as much, what was there before is no newcomer."""
    little = multiply(_NEXT_TO_NOTHING, actual if usual <= ZERO else min(actual, usual))
    if actual > ZERO and expected <= little:
        return "added"
    if expected > ZERO and actual <= multiply(_NEXT_TO_NOTHING, expected):
        return "vanished"
    return "moved"
