"""What comes in on the topic `alerts`, in the order in which it counts: anomalies, and what people say."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.silence import PlannedEvent, Silence


class AnomalyHeard(msgspec.Struct, frozen=True, tag="anomaly"):
    """A new revision of an anomaly."""

    anomaly: Anomaly


class ActHeard(msgspec.Struct, frozen=True, tag="act"):
    """Somebody did something about an anomaly."""

    act: Act


class SilenceHeard(msgspec.Struct, frozen=True, tag="silence"):
    """A silence was made, changed or expired."""

    silence: Silence


class PlannedHeard(msgspec.Struct, frozen=True, tag="planned"):
    """A planned event was made, changed or ended."""

    planned: PlannedEvent


class SourceHeard(msgspec.Struct, frozen=True, tag="source", kw_only=True):
    """A source of charges stopped, or came back."""

    source: str
    stale: bool
    since: int  # when its newest message came, epoch seconds
    usually_every: int  # seconds after which it should have come
    at: int  # epoch seconds


Heard = AnomalyHeard | ActHeard | SilenceHeard | PlannedHeard | SourceHeard

_MOST_SAID: Final = 65_536  # bytes: a case keeps fifty of them in one record
_LATEST: Final = 253_370_764_800  # the year 9999: what lies beyond has no date

encode = msgspec.json.Encoder().encode
_decoder: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


def decode(value: bytes) -> Heard:
    """What a message of `alerts` says.

    Raises:
        ValueError: if it cannot be read, or says what nobody can reckon with; msgspec's errors are ValueErrors.
    """
    heard = _decoder.decode(value)
    if not isinstance(heard, AnomalyHeard) and len(value) > _MOST_SAID:
        raise ValueError(f"has {len(value):,} bytes; a word of a person has {_MOST_SAID:,} at most")
    wrong = [moment for moment in _moments(heard) if not 0 <= moment <= _LATEST]
    if wrong:
        raise ValueError(f"{wrong[0]} is no moment; epoch seconds are meant")
    if isinstance(heard, PlannedHeard):
        _require_numbers(heard.planned)
    return heard


def _moments(heard: Heard) -> Iterator[int]:
    match heard:
        case ActHeard(act):
            yield act.at
            yield act.at if act.until is None else act.until
        case SilenceHeard(one) | PlannedHeard(one):
            yield from (one.starts_at, one.ends_at, one.created_at)
        case SourceHeard():
            yield from (heard.since, heard.at)


def _require_numbers(planned: PlannedEvent) -> None:
    for bound in (planned.factor, planned.amount_per_day):
        if bound is not None and not Decimal(bound).is_finite():
            raise ValueError(f"{bound} is no bound of a planned event; a number is meant")
