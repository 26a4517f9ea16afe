"""What bounds a partition's memory and its transactions: series told apart, buckets held open, buckets closed."""

from dataclasses import dataclass

from alerting.series import SeriesKey

OTHER = "other"


@dataclass(slots=True)
class OpenBuckets:
    """Counts the open buckets of all series of a partition."""

    limit: int
    count: int = 0

    def open(self) -> bool:
        """Take a place for one more; False if there is none."""
        if self.count >= self.limit:
            return False
        self.count += 1
        return True

    def close(self, buckets: int = 1) -> None:
        """Give places back."""
        self.count -= buckets


@dataclass(slots=True)
class Share:
    """How many buckets may still be closed or told in one transaction; the last series may take it below zero."""

    left: int


def overflow_key(key: SeriesKey, partition: int) -> SeriesKey:
    """The series that takes the charges of series beyond the limit.

    It names its partition: two partitions must never write the same series.
    """
    return SeriesKey(key.source, OTHER, f"{OTHER}-{partition}", "", key.charge_kind, key.currency)
