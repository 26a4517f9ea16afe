"""Whether a day is complete: each source has come to the day's end."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from alerting.spend import SpendRecord


def waited_for(day: date, spend: Iterable[SpendRecord]) -> tuple[str, ...]:
    """Sources whose spend does not reach the end of the UTC day yet; all of them where there is none at all.

    A source counts if it has any spend: a deployment without a bill does not wait for one.
    """
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    newest: dict[str, datetime] = {}
    for record in spend:
        known = newest.get(record.source)
        if known is None or record.bucket_end > known:
            newest[record.source] = record.bucket_end
    if not newest:
        return ("any source",)
    return tuple(sorted(source for source, reached in newest.items() if reached < end))
