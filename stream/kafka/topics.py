"""The topics: their names under a prefix, and what each must be like."""

from dataclasses import dataclass
from typing import Final, Literal

STAGES: Final = ("detect", "alerts", "digest")  # that have state
_DAY_MS: Final = 86_400_000
_BATCH_LIMIT: Final = str(8 << 20)  # a chunk's charges for one partition travel in one message


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic as it should be."""

    name: str
    partitions: int
    config: dict[str, str]
    number: Literal["joined", "one", "any"] = "any"  # joined: as many partitions as `charges`
    rights: tuple[str, ...] = ("READ", "WRITE")  # what a worker does with it


@dataclass(frozen=True, slots=True)
class Topics:
    """Names of the topics of one deployment."""

    prefix: str = ""

    @property
    def billing(self) -> str:
        """FOCUS rows come in here."""
        return f"{self.prefix}billing"

    @property
    def usage(self) -> str:
        """Metered AI usage comes in here."""
        return f"{self.prefix}usage"

    @property
    def charges(self) -> str:
        """Folded charges, from ingest to detect."""
        return f"{self.prefix}charges"

    @property
    def spend(self) -> str:
        """Closed buckets, for everyone to read."""
        return f"{self.prefix}spend"

    @property
    def anomalies(self) -> str:
        """Anomalies, for everyone to read."""
        return f"{self.prefix}anomalies"

    @property
    def alerts(self) -> str:
        """Anomalies, and what people say of them, in the order in which it counts (`alerting.inbox`)."""
        return f"{self.prefix}alerts"

    @property
    def cases(self) -> str:
        """What became of each anomaly among people, for everyone to read."""
        return f"{self.prefix}cases"

    @property
    def silences(self) -> str:
        """Silences and planned events, for everyone to read."""
        return f"{self.prefix}silences"

    @property
    def dead_letters(self) -> str:
        """Events that could not be read."""
        return f"{self.prefix}dead-letters"

    @property
    def ticks(self) -> str:
        """Messages that say that a digest is due."""
        return f"{self.prefix}ticks"

    def state(self, stage: str) -> str:
        """State of a stage."""
        return f"{self.prefix}{stage}-state"

    def sources(self, stage: str) -> tuple[str, ...]:
        """Topics whose offsets the state of a stage holds."""
        return {
            "detect": (self.billing, self.usage, self.charges),
            "alerts": (self.alerts,),
            "digest": (self.ticks,),
        }[stage]

    @property
    def group(self) -> str:
        """Consumer group of the workers, also the name of the Faust app."""
        return f"{self.prefix}spendwatch"


def specs(topics: Topics, partitions: int) -> tuple[TopicSpec, ...]:
    """All topics. Partition numbers join stages: `charges` and what is written beside it have the same number.

    The broker sets the time of records: with the event's time, retention would delete a backdated bill
    as soon as it came.
    """
    stream = {"cleanup.policy": "delete", "retention.ms": str(14 * _DAY_MS)}
    ledger = {"cleanup.policy": "compact,delete", "retention.ms": str(400 * _DAY_MS)}
    state = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"}
    charges = {**stream, "max.message.bytes": _BATCH_LIMIT}
    wide = {**state, "max.message.bytes": _BATCH_LIMIT}
    both, read, write = ("READ", "WRITE"), ("READ",), ("WRITE",)
    return (
        _spec(topics.billing, partitions, stream, "any", read),
        _spec(topics.usage, partitions, stream, "any", read),
        _spec(topics.charges, partitions, charges, "joined", both),
        _spec(topics.spend, partitions, ledger, "joined", both),
        _spec(topics.anomalies, partitions, ledger, "joined", both),
        _spec(topics.alerts, 1, charges, "one", both),
        _spec(topics.cases, 1, ledger, "one", both),
        _spec(topics.silences, 1, ledger, "one", both),
        _spec(topics.dead_letters, partitions, ledger, "any", write),
        _spec(topics.ticks, 1, stream, "one", both),
        _spec(topics.state("detect"), partitions, wide, "joined", both),
        _spec(topics.state("alerts"), 1, wide, "one", both),
        _spec(topics.state("digest"), 1, state, "one", both),
    )


def _spec(
    name: str,
    partitions: int,
    config: dict[str, str],
    number: Literal["joined", "one", "any"],
    rights: tuple[str, ...],
) -> TopicSpec:
    stamped = {**config, "message.timestamp.type": "LogAppendTime"}
    return TopicSpec(name, partitions, stamped, number, rights)
