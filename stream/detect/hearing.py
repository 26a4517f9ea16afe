"""What people say of an anomaly, on its way to the series: a message on `charges`, beside the batches.

Detection reads one topic, so what is said takes its place in the order of that topic, and a state says exactly what
was heard before it. The message begins with a name where a batch begins with the number of its version: a worker of
a version that does not know it logs that this is no batch, and goes on. So an upgrade may lose a word, never a charge.
"""

from typing import Final, Literal

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.series import SeriesKey
from detectors.feedback import Mark
from detectors.verdict import Direction
from stream.detect.limits import OTHER, overflow_key
from stream.ingest.home import partition_of
from stream.kafka.topics import Topics
from stream.stage.core import Output

Word = Literal["wrong", "right", "expected", "reopen"]

WORDS: Final[tuple[Word, ...]] = ("wrong", "right", "expected", "reopen")
_RIGHT: Final = {"wrong": False, "right": True}


class SeriesAct(msgspec.Struct, frozen=True, array_like=True, tag="act", gc=False):
    """What somebody said of one anomaly, for its series. Of a series, each ``act_id`` counts once.

    ``expected`` with ``teaches``: the level of now is usual from now on. Without, it only takes back what was said of
    the anomaly before.
    """

    act_id: str
    kind: Word
    anomaly_id: str
    series: str
    started: int  # of the anomaly, epoch seconds
    direction: Direction
    updated: int  # end of the newest bucket that the anomaly knew of, epoch seconds
    teaches: bool = False


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(SeriesAct).decode


def outputs(topics: Topics, partitions: int, act: Act, anomaly: Anomaly) -> list[Output]:
    """Records that tell a series what was said of its anomaly; none where that does not concern it.

    Args:
        topics: of the deployment.
        partitions: of `charges`.
        act: what was said.
        anomaly: of which it was said, in any revision.
    """
    said = said_to_series(act, anomaly)
    if said is None:
        return []
    partition = home_of(SeriesKey.parse(said.series), partitions)
    return [Output(topics.charges, None, _encode(said), partition)]


def said_to_series(act: Act, anomaly: Anomaly) -> SeriesAct | None:
    """What a series hears of an act; None where it does not concern one."""
    kind = next((word for word in WORDS if word == act.kind), None)
    if kind is None or anomaly.channel == FRESHNESS:
        return None
    return SeriesAct(
        act.act_id,
        kind,
        anomaly.anomaly_id,
        anomaly.series,
        int(anomaly.started_at.timestamp()),
        anomaly.direction,
        int(anomaly.updated_at.timestamp()),
        kind == "expected" and act.until is None,
    )


def mark_of(act: Act, anomaly: Anomaly) -> Mark | None:
    """The mark that an act leaves on a series, as far as it can be told from outside; None if it leaves none."""
    right = _RIGHT.get(act.kind)
    said = said_to_series(act, anomaly)
    if right is None or said is None:
        return None
    return Mark(said.started, said.direction, right, said.updated)


def home_of(key: SeriesKey, partitions: int) -> int:
    """The partition of `charges` whose worker knows a series, also one that takes what is beyond the limits."""
    kind, _, number = key.service.rpartition("-")
    if kind == OTHER and number.isdecimal() and key == overflow_key(key, int(number)):
        return int(number)
    return partition_of(key, partitions)


def decode(value: bytes) -> SeriesAct:
    """What a message says.

    Raises:
        ValueError: if it is none; msgspec's errors are ValueErrors.
    """
    return _decode(value)
