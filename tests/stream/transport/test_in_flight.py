"""One chunk in flight a partition, over rebalances too."""

from types import SimpleNamespace

from faust.types import TP

from stream.transport.consumer import ChunkConsumer

USAGE = TP("usage", 0)


def acknowledged(generation: int, offset: int) -> SimpleNamespace:
    return SimpleNamespace(tp=USAGE, generation_id=generation, offset=offset, acked=True)


def test_the_acknowledgement_of_an_older_generation_does_not_free_the_partition() -> None:
    """Its newer chunk is still at work: called drained now, the source would be idle in mid-chunk."""
    consumer = ChunkConsumer.__new__(ChunkConsumer)
    consumer._in_flight = {USAGE: (2, 99)}

    consumer.ack(acknowledged(1, 99))
    assert USAGE in consumer._in_flight

    consumer.ack(acknowledged(2, 99))
    assert USAGE not in consumer._in_flight
