"""What models were used for in the buckets of an anomaly, beside their usual use, bounded."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from detectors.measures import NOTHING, OTHER, Measures, Models
from detectors.token_mix import aligned

Usages: TypeAlias = dict[str, tuple[Measures, Measures]]
"""By model: what was measured, and what is usual."""

MOST: Final = 16  # models that are told apart


def usages_of(actual: Models, usual: Mapping[str, Measures]) -> Usages:
    """The use of one bucket."""
    found = aligned(actual, usual)
    names = dict.fromkeys((*found, *usual))
    return _bounded({name: (found.get(name, NOTHING), usual.get(name, NOTHING)) for name in names})


def joined(left: Usages, right: Usages) -> Usages:
    """Both added up."""
    if not left or not right:
        return left or right
    both = dict(left)
    for name, pair in right.items():
        both[name] = _plus(both.get(name, _NONE), pair)
    return _bounded(both)


_NONE: Final = (NOTHING, NOTHING)


def _plus(
    left: tuple[Measures, Measures], right: tuple[Measures, Measures]
) -> tuple[Measures, Measures]:
    return left[0].plus(right[0]), left[1].plus(right[1])


def _bounded(usages: Usages) -> Usages:
    """The models that cost most, and the rest of them added up."""
    if len(usages) <= MOST:
        return usages
    named = [name for name in usages if name != OTHER]
    named.sort(key=lambda name: -max(one.cost for one in usages[name]))
    rest = usages.get(OTHER, _NONE)
    for name in named[MOST - 1 :]:
        rest = _plus(rest, usages[name])
    return {**{name: usages[name] for name in named[: MOST - 1]}, OTHER: rest}
