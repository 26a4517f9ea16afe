"""What is held out has no say in the threshold it is measured with."""

from collections.abc import Sequence

from benchmarks.quality.folds import best_factor, by_folds, folded

Cases = Sequence[tuple[float, float]]


def _near(cases: Cases) -> float:
    """Cases are the factors that suit them."""
    return -sum(abs(case - factor) for case, factor in cases)


def test_the_best_factor_suits_its_cases() -> None:
    """Of factors that are worth the same the one nearest to 1.0 is taken."""
    assert best_factor([2.0, 2.0, 2.5], _near) == 2.0
    assert best_factor([2.0], lambda _: 0.0) == 1.0


def test_a_half_is_held_out_with_the_factor_of_the_other() -> None:
    """Each case comes once in either list."""
    halves = [2.0], [0.5]
    tuned, held_out = folded(halves, halves[::-1], _near)
    assert sorted(tuned) == [(0.5, 0.5), (2.0, 2.0)]
    assert sorted(held_out) == [(0.5, 2.0), (2.0, 0.5)]


def test_a_fold_has_no_say_in_its_factor() -> None:
    """The one case that differs is measured by what the others want, and each case comes once."""
    held_out = by_folds([2.0, 2.0, 0.5, 2.0, 2.0], _near)
    assert sorted(held_out) == [(0.5, 2.0), *[(2.0, 2.0)] * 4]
