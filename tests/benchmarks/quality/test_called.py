"""Whether what is called once in N days comes so often, on made-up series."""

from benchmarks.quality.called import calls_on
from benchmarks.quality.noise import KINDS, noise
from benchmarks.quality.series import Series


def test_noise_is_repeatable_and_of_its_kind() -> None:
    """The same series each time, with buckets of the step, and nothing below zero."""
    for kind in KINDS:
        one, again = next(noise(kind, 3600)), next(noise(kind, 3600))
        assert one == again
        assert one.times[1] - one.times[0] == one.step == 3600
        assert min(one.values) >= 0


def test_calls_are_counted_against_what_should_come() -> None:
    """A quiet series calls nothing that is not expected; short ones are left out."""
    series = next(noise("lognormal, day and week", 3600))
    calls = calls_on([series])
    assert 0 < calls.expected[14] <= 2 * 70 / 14
    assert calls.came[14] <= 12
    short = Series("short", 3600, series.times[:100], series.values[:100], [])
    assert sum(calls_on([short]).expected.values()) == 0
