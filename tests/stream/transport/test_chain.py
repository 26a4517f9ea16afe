"""Offsets are committed only behind a gapless row of acknowledged chunks."""

from stream.transport.chain import Chain


def _chain(*chunks: tuple[int, int]) -> Chain:
    chain = Chain(generation=1)
    for last, following in chunks:
        chain.delivered(last, following, now=0.0)
    return chain


def test_nothing_is_committable_before_the_first_chunk_is_acknowledged() -> None:
    """A later acknowledged chunk does not commit over an earlier one that is not."""
    chain = _chain((9, 10), (19, 20))
    assert chain.committable({19}, 0) is None


def test_the_acknowledged_prefix_is_committed_to_its_end() -> None:
    """The position behind the last chunk of the prefix counts, not the last record plus one."""
    chain = _chain((9, 12), (19, 25), (29, 30))
    assert chain.committable({9, 19}, 0) == 25
    assert chain.first_waiting() == 29


def test_chunks_without_records_are_committed_with_what_stands_before() -> None:
    """A tail of transaction markers moves the committed position too."""
    chain = _chain((9, 10))
    chain.passed(15, now=0.0)
    assert chain.committable({9}, 0) == 15


def test_a_leading_chunk_without_records_needs_no_acknowledgement() -> None:
    """Markers at the beginning of a partition are passed."""
    chain = Chain(generation=1)
    chain.passed(3, now=0.0)
    assert chain.committable(set(), 0) == 3


def test_acknowledgements_below_the_committed_offset_count_as_given() -> None:
    """Faust forgets acknowledgements of offsets that are committed already."""
    chain = _chain((9, 10), (19, 20))
    assert chain.committable({19}, committed=10) == 20


def test_the_oldest_waiting_chunk_is_known_for_the_watchdog() -> None:
    """The time of delivery of the first chunk that is not acknowledged."""
    chain = Chain(generation=1)
    chain.delivered(9, 10, now=1.0)
    chain.delivered(19, 20, now=2.0)
    chain.committable({9}, 0)
    assert chain.waiting_since() == 2.0
