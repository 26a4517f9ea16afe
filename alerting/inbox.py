"""What comes in on the topic `alerts`, in the order in which it counts: anomalies, and what people say."""

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

encode = msgspec.json.Encoder().encode
_decoder: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


def decode(value: bytes) -> Heard:
    """What a message of `alerts` says.

    Raises:
        ValueError: if it cannot be read; msgspec's errors are ValueErrors.
    """
    return _decoder.decode(value)
