"""Reads the dead-letter topic back: what lies there now, without what was brought back."""

from stream.dead_letters.letter import Letter, letter_of
from stream.kafka.cluster import Cluster
from stream.kafka.readback import read_topic
from stream.kafka.topics import Topics


async def read_letters(cluster: Cluster, topics: Topics) -> dict[str, Letter]:
    """The letters by their keys, the oldest first.

    Raises:
        UserError: if Kafka does not answer or there is no such topic.
    """
    found: dict[str, Letter] = {}
    async for record in read_topic(cluster, topics.dead_letters):
        key = (record.key or b"").decode("utf-8", "replace")
        found.pop(key, None)
        if record.value is not None:
            found[key] = letter_of(record)
    return dict(sorted(found.items(), key=lambda one: (one[1].timestamp, one[0])))
