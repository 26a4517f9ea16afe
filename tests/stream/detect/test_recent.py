"""The newest buckets of a series, packed for the chart."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.detect.recent import KEPT, Recent, Sample

START = 1_717_372_800
amounts = st.floats(min_value=-1e9, max_value=1e9)


def _sample(bucket: int, amount: float) -> Sample:
    return Sample(START + 300 * bucket, amount, amount / 2, -amount, 3 * amount)


@given(st.lists(amounts, max_size=2 * KEPT), st.integers(min_value=0, max_value=2 * KEPT))
def test_the_newest_are_kept_in_seven_digits_over_a_restart(values: list[float], cut: int) -> None:
    """Whenever it is saved and read, the last samples come back, oldest first."""
    recent = Recent()
    for bucket, value in enumerate(values):
        if bucket == cut:
            recent = Recent(recent.to_bytes())
        recent.add(_sample(bucket, value))
    expected = [_sample(bucket, value) for bucket, value in enumerate(values)][-KEPT:]
    samples = list(recent.samples())
    assert [sample.start for sample in samples] == [sample.start for sample in expected]
    for sample, wanted in zip(samples, expected, strict=True):
        assert sample[1:] == pytest.approx(wanted[1:], rel=6e-7, abs=1e-30)


def test_an_amount_of_money_comes_back_as_it_was() -> None:
    """The chart shows 0.1 and not what single precision makes of it."""
    recent = Recent()
    recent.add(Sample(START, 0.1, 12.34, 0.0, 1234.56))
    assert list(recent.samples()) == [Sample(START, 0.1, 12.34, 0.0, 1234.56)]


def test_an_amount_beyond_single_precision_is_cut_off() -> None:
    """No amount, however large, ends the series."""
    recent = Recent()
    recent.add(Sample(START, 1e99, -1e99, 0.0, 1e100))
    assert list(recent.samples()) == [Sample(START, 1e38, -1e38, 0.0, 1e38)]


@pytest.mark.parametrize("count", [0, 3, KEPT])
def test_what_version_1_wrote_is_read(count: int) -> None:
    """Five double-precision numbers a sample are taken over, and written in the new form."""
    samples = [_sample(bucket, 0.25 * bucket) for bucket in range(count)]
    recent = Recent(b"".join(struct.pack("<5d", *sample) for sample in samples))
    assert list(recent.samples()) == samples
    assert list(Recent(recent.to_bytes()).samples()) == samples
