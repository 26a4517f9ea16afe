"""A worker's collector looks for garbage among what is new."""

import gc
from collections.abc import Iterator

import pytest

from stream.garbage import collect_less


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


class _Cycle:
    """Refers to itself, so that only the collector frees it."""

    freed = 0

    def __init__(self) -> None:
        self.own = self

    def __del__(self) -> None:
        _Cycle.freed += 1


def test_what_comes_after_the_start_is_collected() -> None:
    """A stage that was given up is a cycle of objects, and must not stay; what was there before does."""
    collect_less()
    assert gc.get_freeze_count() > 1000
    _Cycle()
    gc.collect()
    assert _Cycle.freed == 1
