"""What a worker asks the brokers before it starts, besides its topics: where it goes on, and what that counts."""

from collections.abc import Iterable

from kafka import TopicPartition
from kafka.admin import OffsetSpec

from stream.kafka.origin import Origin
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topic_findings import Extent, position_findings
from stream.kafka.topics import STAGES, TopicSpec


class WorkerAdmin(TopicAdmin):
    """Asks for committed offsets, ends of partitions and ids, as a worker with its rights."""

    def _needed(self, spec: TopicSpec) -> tuple[str, ...]:
        return (*spec.rights, *super()._needed(spec))

    def check_positions(self) -> list[str]:
        """Where the workers would go on at an offset that is not there, or with a state that is gone."""
        read = self._committed()
        sources = {name for stage in STAGES for name in self._topics.sources(stage)}
        states = {self._topics.state(stage) for stage in STAGES}
        asked = [
            TopicPartition(name, partition["partition_index"])
            for name, topic in self._ask(self._described).items()
            if name in sources | states
            for partition in topic["partitions"]
        ]
        ends = self._ask(lambda: self._offsets(asked, OffsetSpec.LATEST))
        begins = self._ask(lambda: self._offsets(asked, OffsetSpec.EARLIEST))
        extents = {
            tp: Extent(*tp, begins[tp], ends[tp], read.get(tp) if tp[0] in sources else None)
            for tp in ends
        }
        return position_findings(self._topics, extents)

    def _offsets(
        self, partitions: Iterable[TopicPartition], spec: OffsetSpec
    ) -> dict[tuple[str, int], int]:
        found = self._client.list_partition_offsets(dict.fromkeys(partitions, spec))
        return {(tp.topic, tp.partition): at.offset for tp, at in found.items()}

    def _committed(self) -> dict[tuple[str, int], int]:
        group = self._topics.group
        offsets = self._ask(lambda: self._client.list_group_offsets(group))[group]
        return {(tp.topic, tp.partition): at.offset for tp, at in offsets.items() if at.offset >= 0}

    def origins(self) -> dict[str, Origin]:
        """By stage, what the positions in its state count."""
        cluster = str(self._ask(self._client.describe_cluster)["cluster_id"])
        ids = {name: str(topic["topic_id"]) for name, topic in self._ask(self._described).items()}
        return {
            stage: Origin(
                cluster,
                {
                    name: ids[name]
                    for name in (*self._topics.sources(stage), self._topics.state(stage))
                },
            )
            for stage in STAGES
        }
