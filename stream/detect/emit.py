"""Public records of a series: what a closed, restated or late bucket looks like on the topic `spend`."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from alerting.estimate import Outlook
from alerting.series import SeriesKey
from alerting.spend import SpendRecord
from stream.detect.bucket import Band, Totals

_NO_BAND: Final = (None, None, None, None)


@lru_cache(maxsize=4096)  # all series share their buckets' times
def moment(seconds: int) -> datetime:
    """Epoch seconds as UTC."""
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=4096)
def _stamp(seconds: int) -> str:
    return f"{moment(seconds):%Y-%m-%dT%H:%M:%SZ}"


def entry_of(series: str, start: int, late: str = "") -> str:
    """Identity of an entry: a bucket of a series, or one late addition to it."""
    return f"{series}|{_stamp(start)}|late-{late}" if late else f"{series}|{_stamp(start)}"


def spend_record(
    key: SeriesKey,
    series: str,
    span: tuple[int, int],
    totals: Totals,
    *,
    revision: int,
    delta: Decimal,
    band: Band | None = None,
    late: str = "",
    outlook: Outlook | None = None,
) -> SpendRecord:
    """The record of a bucket; ``span`` is its start and end in epoch seconds."""
    start, end = span
    expected, lower, upper, score = (
        _NO_BAND if band is None else (band.expected, band.lower, band.upper, band.score)
    )
    return SpendRecord(
        entry=entry_of(series, start, late),
        series=series,
        source=key.source,
        team=key.team,
        service=key.service,
        environment=key.environment,
        charge_kind=key.charge_kind,
        currency=key.currency,
        bucket_start=moment(start),
        bucket_end=moment(end),
        revision=revision,
        late=bool(late),
        cost=totals.cost,
        delta=delta,
        charges=totals.charges,
        requests=totals.requests,
        input_tokens=totals.input_tokens,
        cache_read_tokens=totals.cache_read_tokens,
        cache_write_tokens=totals.cache_write_tokens,
        output_tokens=totals.output_tokens,
        unpriced_tokens=totals.unpriced_tokens,
        expected=expected,
        lower=lower,
        upper=upper,
        score=score,
        outlook=outlook,
    )
