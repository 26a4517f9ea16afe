"""What a batch brings for the first time: the same sums from columns, from lines, and from both."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.series import SeriesKey
from stream.detect.arrivals import Arrivals
from stream.detect.bucket import Totals
from stream.detect.memory import Memory
from stream.ingest import batch as wire
from stream.ingest.batch import ChargeBatch, ChargeLine, SeriesCharges
from tests.stream.detect.batches import HOUR, START, batch, rules
from tests.stream.ingest.lines import columns_of

KEYS = [SeriesKey("billing", team, "llm", "", "usage", "USD") for team in ("ads", "search")]
CONTRIBUTORS = ["region=eu", "region=us"]
Keyed = Sequence[tuple[SeriesKey, ChargeLine]]
Found = dict[tuple[SeriesKey, int, str], tuple[Decimal, Totals]]

_count = st.integers(0, 10**15)
_costs = st.decimals(Decimal("-1e9"), Decimal("1e9"), places=6) | st.just(Decimal("1E+3"))
_line = st.builds(
    ChargeLine,
    offset=st.just(0),
    time=st.integers(START, START + 3 * HOUR),
    cost=_costs,
    contributor=st.integers(0, 1),
    usage=st.tuples(*[_count] * 6),
    identity=st.integers(0, 3) | st.just((1 << 64) - 1),
)


def message(columns: Keyed, lines: Keyed) -> ChargeBatch:
    """A batch of offsets 0 to 99 that brings some charges as columns and others as lines."""
    each = batch([], 0)
    each.following, each.contributors = 100, CONTRIBUTORS
    each.columns = columns_of(columns) if columns else None
    each.series = [SeriesCharges(key, [line]) for key, line in lines]
    return wire.decode(wire.encode(each))


def found(each: ChargeBatch, applied: int = 0) -> tuple[Found, int]:
    """Sums by series, bucket and contributor, and how many repeats there were."""
    arrivals = Arrivals(Memory(rules(remember_ids="1d"), 0))
    sums: Found = {}
    for key, (_, more) in arrivals.of(each, applied, HOUR).items():
        for start, contributor, totals, _ in more:
            known = sums.get((key, start, contributor), (Decimal(0), Totals()))[1].plus(totals)
            sums[key, start, contributor] = (known.cost, known)
    return sums, arrivals.repeats


@given(st.lists(st.tuples(st.sampled_from(KEYS), _line, st.booleans()), max_size=20), st.data())
@settings(max_examples=80, deadline=None)
def test_columns_and_lines_bring_the_same(
    drawn: list[tuple[SeriesKey, ChargeLine, bool]], data: st.DataObject
) -> None:
    """Of several with one id the first counts."""
    numbered = [
        (key, line._replace(offset=at), narrow) for at, (key, line, narrow) in enumerate(drawn)
    ]
    applied = data.draw(st.integers(0, len(drawn)))
    keyed = [(key, line) for key, line, _ in numbered]
    old = found(message([], keyed), applied)
    mixed = [[each[:2] for each in numbered if each[2] is narrow] for narrow in (True, False)]
    assert found(message(keyed, []), applied) == old
    assert found(message(mixed[0], mixed[1]), applied) == old


def test_sums_beyond_64_bits_are_exact() -> None:
    """A sum of numbers that fit need not fit."""
    most = Decimal(f"{(1 << 63) - 1}E-9")
    lines = [(KEYS[0], ChargeLine(at, START, most, 0, (10**18,) * 6)) for at in range(20)]
    sums, _ = found(message(lines, []))
    cost, totals = sums[KEYS[0], START, "region=eu"]
    assert cost == 20 * most
    assert totals.requests == totals.unpriced_tokens == 20 * 10**18


@pytest.mark.parametrize("as_columns", [True, False])
def test_the_first_offset_of_each_series_is_told(as_columns: bool) -> None:  # noqa: FBT001 - a case
    """It names the entries of charges that are too late."""
    lines = [
        (KEYS[number], ChargeLine(offset, START + HOUR * hour, Decimal(1), 0))
        for offset, number, hour in ((4, 1, 2), (5, 0, 1), (6, 0, 0), (7, 1, 0))
    ]
    each = message(lines, []) if as_columns else message([], lines)
    arrived = Arrivals(Memory(rules(), 0)).of(each, 0, HOUR)
    assert {key: offset for key, (offset, _) in arrived.items()} == {KEYS[0]: 5, KEYS[1]: 4}
