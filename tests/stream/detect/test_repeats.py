"""Repeats by id: exact, bounded, and remembered over a restart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.detect import repeats
from stream.detect.repeats import Block, SeenIds

HOUR = 3600


def see(seen: SeenIds, *pairs: tuple[int, int]) -> list[bool]:
    ids = np.array([one for one, _ in pairs], dtype=np.uint64)
    times = np.array([time for _, time in pairs], dtype=np.int64)
    return [bool(one) for one in seen.first_seen(ids, times)]


def load(seen: SeenIds, states: dict[tuple[Block, int], bytes]) -> SeenIds:
    for (block, part), data in states.items():
        seen.load(block, part, data)
    return seen


def written(
    seen: SeenIds, states: dict[tuple[Block, int], bytes]
) -> dict[tuple[Block, int], bytes]:
    for block, part, data in seen.changes():
        if data is None:
            states.pop((block, part), None)
        else:
            states[block, part] = data
    return states


def test_the_first_of_its_id_counts_also_within_a_chunk() -> None:
    """Later ones do not, in this chunk or in another."""
    seen = SeenIds(HOUR)
    assert see(seen, (7, 0), (8, 0), (7, 0)) == [True, True, False]
    assert see(seen, (8, 0), (9, 0)) == [False, True]


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=12), max_size=60),
    st.sets(st.integers(0, 60)),
)
def test_it_is_a_set_over_any_chunks_and_restarts(
    chunks: list[list[tuple[int, int]]], restarts: set[int]
) -> None:
    """Each pair of id and hour is new once, also when the state is written and read in between."""
    seen, states, truth = SeenIds(64 * HOUR), {}, set()
    for number, chunk in enumerate(chunks):
        pairs = [(one, hour * 2 * HOUR) for one, hour in chunk]
        expected = []
        for pair in pairs:
            expected.append(pair not in truth)
            truth.add(pair)
        assert see(seen, *pairs) == expected
        written(seen, states)
        if number in restarts:
            seen = load(SeenIds(64 * HOUR), states)
    assert len(seen) == len(truth)


def test_blocks_beyond_the_window_are_forgotten_with_their_records() -> None:
    """State does not grow."""
    seen, states = SeenIds(32 * HOUR), {}
    for hour in range(200):
        see(seen, (hour, hour * HOUR))
        seen.forget(hour * HOUR)
        written(seen, states)
    assert len(seen) <= 33 + 1
    assert len(states) <= 33 + 1


def test_a_busy_block_is_written_as_one_record_now_and_then() -> None:
    """The number of records of a block is bounded."""
    seen, states = SeenIds(32 * HOUR), {}
    for one in range(200):
        see(seen, (one, 0))
        written(seen, states)
    assert len(states) <= repeats._MAX_PARTS
    heir = load(SeenIds(32 * HOUR), states)
    assert see(heir, *[(one, 0) for one in range(201)]) == [False] * 200 + [True]


def test_too_many_ids_are_given_up_oldest_first() -> None:
    """Memory is bounded, and it is counted how many could not be kept."""
    seen = SeenIds(32 * HOUR, limit=100)
    for hour in range(3):
        see(seen, *[(one, hour * HOUR) for one in range(60)])
    seen.forget(0)
    assert (len(seen), seen.forgotten) == (60, 120)
    assert see(seen, (1, 2 * HOUR), (1, 0)) == [False, True]


@pytest.mark.parametrize("data", [b"", b"\x02" + bytes(8), b"\x01" + bytes(7)])
def test_damaged_records_raise_the_typed_error(data: bytes) -> None:
    """They never become ids."""
    with pytest.raises(ValueError, match="not a record of ids"):
        SeenIds(HOUR).load(Block(112, 0), 0, data)


def test_another_window_finds_what_the_former_one_saw() -> None:
    """Blocks keep their length until they are forgotten: a changed rule counts nothing twice."""
    states: dict[tuple[Block, int], bytes] = {}
    former = SeenIds(6 * HOUR)
    pairs = [(hour + 1, hour * HOUR) for hour in range(6)]
    see(former, *pairs)
    written(former, states)
    seen = load(SeenIds(62 * 24 * HOUR), states)
    assert see(seen, *pairs, (99, HOUR)) == [False] * 6 + [True]
    assert see(seen, (99, HOUR)) == [False]
    seen.forget(65 * 24 * HOUR)
    assert len(seen) == len(written(seen, states)) == 0
