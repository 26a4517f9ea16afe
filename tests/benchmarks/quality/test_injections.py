"""What is put into clean traffic."""

from benchmarks.quality.injections import KINDS, injections
from benchmarks.quality.series import Series

STEP = 600
CLEAN = Series("made", STEP, [place * STEP for place in range(2016)], [1.0] * 2016, [])


def test_the_same_seed_gives_the_same_incidents() -> None:
    """Two runs have the same incidents, another seed has others."""
    assert list(injections(CLEAN, 1, 2)) == list(injections(CLEAN, 1, 2))
    assert list(injections(CLEAN, 1, 2)) != list(injections(CLEAN, 2, 2))


def test_every_kind_comes_as_often_as_asked_and_after_a_week() -> None:
    """Two of each of five kinds, none in the first seven days, none beyond the end."""
    planned = list(injections(CLEAN, 1, 2))
    assert [each.kind for each in planned] == [kind for kind in KINDS for _ in range(2)]
    assert all(1008 <= each.start < each.until <= 2016 for each in planned)


def test_the_kinds_have_their_shapes() -> None:
    """A retry storm ramps, a drop is nothing, a creep grows 5 % an hour, and the series itself stays as it was."""
    shaped = {}
    for each in injections(CLEAN, 1, 1):
        shaped[each.kind] = each.into(CLEAN).values[each.start : each.start + len(each.factors)]
    assert shaped["retry"][:4] == [2.0, 3.5, 5.0, 5.0]
    assert set(shaped["drop"]) == {0.0}
    assert 6 <= len(shaped["drop"]) <= 18
    assert set(shaped["shift"]) == {2.0}
    assert set(shaped["spike"]) == {3.0}
    assert round(shaped["creep"][5], 6) == 1.05
    assert set(CLEAN.values) == {1.0}
