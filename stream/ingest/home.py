"""Where charges go: a series, and the partition of `charges` on which it lives."""

import zlib
from typing import NamedTuple, TypeAlias

from alerting.series import SeriesKey

Marks: TypeAlias = tuple[str, str, str]
"""Cost centre, product, and the rule by which teams share; "" is what there is not. Contributors, not the series, tell them."""

UNMARKED: Marks = ("", "", "")


class Home(NamedTuple):
    """A series, the partition on which it lives, and what allocation says of a charge beside its series."""

    key: SeriesKey
    partition: int
    marks: Marks = UNMARKED


class Homes(NamedTuple):
    """Where a charge goes: one home, or those of all who share it and how much each bears, in proportion."""

    homes: tuple[Home, ...]
    weights: tuple[int, ...] = (1,)


def partition_of(key: SeriesKey, partitions: int) -> int:
    """The partition on which a series lives: stable over processes, and over versions: state is where it was written.

    All of one source, team and service are on the same one, so that they can learn from one another.
    """
    return zlib.crc32(key.kin_text().encode()) % partitions
