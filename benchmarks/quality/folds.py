"""What was tuned on one half is told from what was measured on the other.

Each watcher, this one too, has one knob here: what its scores are divided by, so what an alert takes. It is chosen on
one half of the series and used on the other, then the other way about; figures of both halves are put together.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

FACTORS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6, 2.0, 2.5, 3.0, 4.0)

Case = TypeVar("Case")


def best_factor(
    cases: Sequence[Case], worth: Callable[[Sequence[tuple[Case, float]]], float]
) -> float:
    """The factor with which cases are worth most; of equals the one nearest to 1.0."""
    return max(
        FACTORS,
        key=lambda factor: (worth([(case, factor) for case in cases]), -abs(factor - 1.0)),
    )


def folded(
    halves: tuple[Sequence[Case], Sequence[Case]],
    others: tuple[Sequence[Case], Sequence[Case]],
    worth: Callable[[Sequence[tuple[Case, float]]], float],
) -> tuple[list[tuple[Case, float]], list[tuple[Case, float]]]:
    """The cases with factors: those tuned on, then those held out.

    Args:
        halves: on each of which a factor is chosen.
        others: for each half, what its factor is tried on.
        worth: what cases with factors are worth.
    """
    tuned: list[tuple[Case, float]] = []
    held_out: list[tuple[Case, float]] = []
    for half, other in zip(halves, others, strict=True):
        factor = best_factor(half, worth)
        tuned += [(case, factor) for case in half]
        held_out += [(case, factor) for case in other]
    return tuned, held_out


def by_folds(
    cases: Sequence[Case],
    worth: Callable[[Sequence[tuple[Case, float]]], float],
    count: int = 5,
) -> list[tuple[Case, float]]:
    """Each case with the factor that was chosen on the folds that it is not in.

    Args:
        cases: every ``count``-th is one fold.
        worth: what cases with factors are worth.
        count: of folds.
    """
    held_out: list[tuple[Case, float]] = []
    for fold in range(count):
        others = [case for place, case in enumerate(cases) if place % count != fold]
        factor = best_factor(others, worth)
        held_out += [(case, factor) for case in cases[fold::count]]
    return held_out
