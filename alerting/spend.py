"""The public record of spend: one bucket of one series, newest revision counts."""

from decimal import Decimal
from typing import Literal

import msgspec

from alerting.estimate import Outlook
from alerting.moment import Moment


class SpendRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a series cost in a bucket.

    The total of anything is the sum of ``cost`` over the newest ``revision`` of each ``entry``. An entry
    is a bucket of a series or, beyond the horizon in which buckets are restated, one late charge.
    ``delta`` is the change against the revision before.
    """

    schema_version: Literal["1"] = "1"
    entry: str  # series text, bucket start, and what sets a late charge apart
    series: str
    source: str
    team: str
    service: str
    environment: str
    charge_kind: str
    currency: str
    bucket_start: Moment
    bucket_end: Moment
    revision: int
    late: bool
    cost: Decimal
    delta: Decimal
    charges: int  # how many charges the bucket holds
    requests: int = 0
    input_tokens: int = 0  # all input, cached ones included
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    unpriced_tokens: int = 0  # tokens of models without a price: they are in no cost
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None
    score: float | None = None
    outlook: Outlook | None = None  # on the bucket with which a UTC day ends, and on fees
