"""The detect stage on Kafka: messages of `charges` into the pure core, its news into records."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from alerting import inbox
from config.rules import Rules
from stream.detect import hearing
from stream.detect.core import DetectCore
from stream.detect.hearing import SeriesAct
from stream.detect.limits import OTHER
from stream.detect.store import OLDER_PLACEMENT
from stream.errors import StateRefusedError
from stream.ingest import batch as wire
from stream.kafka.topics import Topics
from stream.stage.core import Changes, Output

logger = logging.getLogger(__name__)

_json = msgspec.json.Encoder().encode


class DetectStageCore:
    """`DetectCore` behind the interface of a stage."""

    def __init__(self, rules: Rules, topics: Topics, partition: int) -> None:
        self._core = DetectCore(rules, partition)
        self._limits = rules.limits
        self._topics = topics

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over a partition's state."""
        self._core.load(states)

    @property
    def unreadable(self) -> list[str]:
        """State records that could not be read: their series are learned again."""
        return self._core.unreadable

    def apply(self, records: Iterable[Any]) -> Changes:
        """Apply messages in order."""
        outcome = self._core.apply(self._batches(records))
        if outcome.repeats:
            logger.info("%d charges came again with the same id: counted once", outcome.repeats)
        for warning in outcome.warnings:
            logger.warning("%s", warning)
        if outcome.overflow:
            logger.warning(
                "%d charges are added up as %r: the limit of %d series in a partition is reached",
                outcome.overflow,
                OTHER,
                self._limits.series,
            )
        outputs = [
            Output(self._topics.spend, record.entry.encode(), _json(record))
            for record in outcome.news.spend
        ]
        outputs += [
            Output(self._topics.anomalies, anomaly.anomaly_id.encode(), _json(anomaly))
            for anomaly in outcome.news.anomalies
        ]
        outputs += [
            Output(self._topics.alerts, None, inbox.encode(inbox.AnomalyHeard(anomaly)), 0)
            for anomaly in outcome.news.anomalies
        ]
        return Changes(outcome.states, outputs, outcome.more)

    def _batches(self, records: Iterable[Any]) -> Iterable[wire.ChargeBatch | SeriesAct]:
        for record in records:
            try:
                yield wire.decode(record.value)
            except wire.NewerBatchError as error:
                raise StateRefusedError(
                    f"{self._topics.charges}@{record.offset}: {error}; a worker of this version must not go on "
                    "beside newer ones: replace it"
                ) from error
            except wire.OlderBatchError as error:
                raise StateRefusedError(
                    f"{self._topics.charges}@{record.offset}: {error}; {OLDER_PLACEMENT}"
                ) from error
            except wire.BatchError as error:
                said = _said(record.value)
                if said is not None:
                    yield said
                else:
                    logger.error("%s@%s: %s", self._topics.charges, record.offset, error)  # noqa: TRY400


def _said(value: bytes) -> SeriesAct | None:
    """What people said of an anomaly, if a message that is no batch tells that."""
    try:
        return hearing.decode(value)
    except ValueError:
        return None
