"""What people said beforehand: silences and planned events. Data; whether one holds is decided elsewhere."""

from decimal import Decimal

import msgspec

from alerting.cases.acts import Actor


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Keeps quiet what matches, from one moment to another (Alertmanager's word).

    A silence that is put again under its id replaces the one before; it is expired by an end that has passed.
    """

    silence_id: str
    matchers: tuple[str, ...]  # such as ``team=search``, ``service=~GPT.*``; all must match
    starts_at: int  # epoch seconds
    ends_at: int  # epoch seconds
    by: Actor
    comment: str
    created_at: int  # epoch seconds


class PlannedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A launch, a load test, a migration: spend that is meant to move, within what is said of it.

    Without ``factor`` and ``amount_per_day`` any deviation is meant.
    """

    planned_id: str
    name: str
    matchers: tuple[str, ...]
    starts_at: int  # epoch seconds, of event time: the spend of these moments
    ends_at: int
    by: Actor
    comment: str
    created_at: int
    factor: float | None = None  # actual against expected, at most (of a drop: at least)
    amount_per_day: Decimal | None = None  # beyond expected a day, at most, in any currency
    anomaly_id: str = ""  # of which somebody said that it is expected; "": made by itself
