"""``spendwatch`` that dies at an exact point when it is ordered to: python -m benchmarks.chaos.obedient worker.

The points are hooked onto the product's classes from here; the product knows nothing of them.
"""

from aiokafka import AIOKafkaProducer

from benchmarks.chaos.points import ON_THE_WIRE, hook, hook_commit
from stream.cli import main
from stream.ingest.stage import Ingest
from stream.notify.doing import Doing
from stream.stage.owned import OwnedPartition
from stream.transport.consumer import ChunkConsumer


def install() -> None:
    """Hook all points. Only the product's transactions use aiokafka's transactional producer."""
    hook(Ingest, "handle", "fetched", "acknowledged")
    hook(Ingest, "_send", None, "sent", ON_THE_WIRE)
    hook(AIOKafkaProducer, "begin_transaction", None, "begun")
    hook_commit(AIOKafkaProducer)
    hook(ChunkConsumer, "commit", "offsets", None)
    hook(OwnedPartition, "open", None, "opened")
    hook(Doing, "_post", None, "told")


if __name__ == "__main__":
    install()
    main()
