"""``spendwatch worker``: run one worker until it is told to stop."""

import asyncio

from config.environment import load_settings
from config.loader import load_rules
from config.settings import Settings
from stream.errors import UserError
from stream.topics import Topics


def worker() -> None:
    """Run a worker: ingest, detect, notify and digest.

    Start as many as you like, on as many machines: they share the partitions. Settings come from the
    environment, rules from SPENDWATCH_RULES; `spendwatch config show` prints both.
    """
    settings = load_settings()
    rules = load_rules(settings.rules)
    asyncio.run(_require_topics(settings))

    from stream.app import Worker

    process = Worker(settings, rules).app.Worker(
        loglevel=settings.log_level, quiet=True, redirect_stdouts=False
    )
    try:
        process.execute_from_commandline()
    except Exception as error:  # noqa: BLE001 - the log has told how it came
        raise UserError(f"the worker ended: {error!r}; its log above says more") from None


async def _require_topics(settings: Settings) -> None:
    """Stop before anything is started, with one line, if a topic is missing or does not fit.

    Raises:
        UserError: naming the topic and the remedy.
    """
    from stream.cluster import Cluster
    from stream.readback import partition_count

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
