"""Brings events back: each one onto its source topic and out of the dead letters, both or neither.

A Kafka transaction holds the two together, and the id of the transactions lets one replay run at a time: whoever
begins later ends the one before. So an event counts once, also where it has no id of its own, and whoever is interrupted
runs the command again.
"""

from collections.abc import Sequence
from typing import Final

from confluent_kafka import KafkaException, Producer

from stream.dead_letters.letter import Letter
from stream.errors import UserError
from stream.kafka.topics import Topics

REPLAYED: Final = "spendwatch-replayed"  # header that says where it lay
_AT_ONCE: Final = 500
_PATIENCE: Final = 30.0


def replay(brokers: tuple[str, ...], topics: Topics, letters: Sequence[Letter]) -> int:
    """Bring letters back; how many were.

    Raises:
        UserError: if Kafka does not take them, or another replay has begun; those of transactions before are back.
    """
    producer = Producer(
        {
            "bootstrap.servers": ",".join(brokers),
            "transactional.id": f"{topics.group}-replay",
            "compression.type": "lz4",
            "log_level": 0,
        }
    )
    done = 0
    try:
        producer.init_transactions(_PATIENCE)
        for at in range(0, len(letters), _AT_ONCE):
            some = letters[at : at + _AT_ONCE]
            producer.begin_transaction()
            for letter in some:
                _bring_back(producer, topics, letter)
            producer.commit_transaction(_PATIENCE)
            done += len(some)
    except (KafkaException, BufferError) as error:
        raise UserError(
            f"{done} of {len(letters)} events are back, the others are not: {error}; run it again",
            exit_code=3,
        ) from None
    return done


def _bring_back(producer: Producer, topics: Topics, letter: Letter) -> None:
    headers: list[tuple[str, str | bytes | None]] = [*letter.headers]
    headers.append((REPLAYED, letter.key.encode()))
    producer.produce(letter.topic, letter.value, headers=headers)
    producer.produce(topics.dead_letters, None, key=letter.key.encode(), partition=letter.partition)
    producer.poll(0)
