"""What a worker cannot do without: topics that are there and fit together."""

from config.settings import Settings
from stream.cluster import Cluster
from stream.errors import UserError
from stream.readback import partition_count
from stream.topics import Topics


async def require_topics(settings: Settings) -> None:
    """Stop before anything is started, with one line, if a topic is missing or does not fit.

    Raises:
        UserError: naming the topic and the remedy.
    """
    cluster = Cluster.of(settings)
    topics = Topics(settings.topic_prefix)
    joined = (
        topics.charges,
        topics.spend,
        topics.anomalies,
        topics.state("detect"),
        topics.state("notify"),
    )
    counts = {name: await partition_count(cluster, name) for name in joined}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise UserError(
            f"topics that belong together must have the same number of partitions: {listed}; "
            "run `spendwatch topics check`",
            exit_code=3,
        )
    for name in (topics.billing, topics.usage, topics.dead_letters, topics.ticks):
        await partition_count(cluster, name)
    await partition_count(cluster, topics.state("digest"))
