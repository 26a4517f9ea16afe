"""Where charges go: a series, and the partition of `charges` on which it lives."""

import zlib
from typing import NamedTuple

from alerting.series import SeriesKey


class Home(NamedTuple):
    """A series and the partition on which it lives."""

    key: SeriesKey
    partition: int


def partition_of(key: SeriesKey, partitions: int) -> int:
    """The partition on which a series lives: stable over processes, and over versions: state is where it was written.

    All of one source, team and service are on the same one, so that they can learn from one another.
    """
    return zlib.crc32(key.kin_text().encode()) % partitions
