"""Looks at the source topics, and says which source stopped or came back. One worker at a time does."""

import logging
from typing import Final, Self

import msgspec

from alerting.inbox import SourceHeard
from config.rules import Rules
from stream.errors import UserError
from stream.freshness.freshness import LOOK_EVERY, Freshness
from stream.kafka.cluster import Cluster
from stream.kafka.newest import newest_times
from stream.kafka.topics import Topics

logger = logging.getLogger(__name__)

VERSION: Final = 1

__all__ = ["LOOK_EVERY", "FreshnessWatch"]


class WatchState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `FreshnessWatch`."""

    version: int
    sources: dict[str, Freshness]


class FreshnessWatch:
    """What is known of each source.

    What `look` gives counts as told. Whoever could not write it goes on from the bytes that were written last, and
    whoever takes over reads those too; a `SourceHeard` that stands on the topic is the truth in any case (`heard`).

    Args:
        cluster: where the topics are.
        topics: of the deployment.
        rules: what people tune.
    """

    def __init__(self, cluster: Cluster, topics: Topics, rules: Rules) -> None:
        self._cluster = cluster
        self._names = {"billing": topics.billing, "usage": topics.usage}
        self._rules = rules.sources
        self.sources: dict[str, Freshness] = {}
        self._is_blind = False

    @property
    def every(self) -> float:
        """Seconds from one look to the next: four within the shortest silence that the rules call a stop."""
        stated = [self._rules.of(source).stale_after for source in self._names]
        shortest = min((one for one in stated if one is not None), default=LOOK_EVERY * 4)
        return min(max(shortest / 4, 1.0), LOOK_EVERY)

    async def look(self, now: int) -> list[SourceHeard]:
        """Ask Kafka for the newest message of each source; what there is to tell. Every `every` seconds.

        Brokers that do not answer say nothing of a source: that is logged once. Nor does the embedded Kafka of the demo.

        Args:
            now: wall clock, epoch seconds.
        """
        if not self._cluster.check_crcs:  # the embedded Kafka keeps the times that producers say
            return []
        try:
            newest = await newest_times(self._cluster, self._names.values())
        except UserError as error:
            if not self._is_blind:
                logger.warning("nobody can say whether the sources come: %s", error)
            self._is_blind = True
            return []
        self._is_blind = False
        return self.take({source: newest[topic] for source, topic in self._names.items()}, now)

    def take(self, newest: dict[str, int | None], now: int) -> list[SourceHeard]:
        """What the times of the newest messages make of each source; `look` without Kafka."""
        told = []
        for source, time in newest.items():
            stale_after = self._rules.of(source).stale_after
            seen = self.sources.get(source, Freshness()).seen(time, now)
            heard = seen.decided(source, now, stale_after)
            self.sources[source] = seen if heard is None else seen.told(heard)
            if heard is not None:
                told.append(heard)
        return told

    def heard(self, heard: SourceHeard) -> None:
        """What stands on the topic: it was told, whoever found it."""
        self.sources[heard.source] = self.sources.get(heard.source, Freshness()).told(heard)

    def to_bytes(self) -> bytes:
        """Its whole state, 0.7 KB a source."""
        return msgspec.msgpack.encode(WatchState(VERSION, self.sources))

    def restore(self, data: bytes) -> None:
        """Go on from a state.

        Raises:
            ValueError: if it cannot be read.
        """
        state = msgspec.msgpack.decode(data, type=WatchState)
        if state.version != VERSION:
            raise ValueError(f"freshness of version {state.version}, this worker reads {VERSION}")
        self.sources = dict(state.sources)

    @classmethod
    def from_bytes(cls, data: bytes, cluster: Cluster, topics: Topics, rules: Rules) -> Self:
        """The one whose state it is; an empty state is that of one that has not looked yet.

        Raises:
            ValueError: if it cannot be read.
        """
        watch = cls(cluster, topics, rules)
        if data:
            watch.restore(data)
        return watch
