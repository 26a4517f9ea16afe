"""The least that a program on Kafka can do: aiokafka, orjson, and tokens added up by team."""

import asyncio
from collections import defaultdict
from os import environ

import orjson
from aiokafka import AIOKafkaConsumer

COUNT = int(environ["COUNT"])


async def main() -> None:
    """Read so many events and print the sums."""
    consumer = AIOKafkaConsumer(
        environ["TOPIC"],
        bootstrap_servers=environ["BROKERS"],
        group_id=f"bare-{environ['TOPIC']}",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=1 << 20,
        fetch_min_bytes=1 << 20,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    tokens: defaultdict[str, int] = defaultdict(int)
    seen = 0
    while seen < COUNT:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            for record in records:
                data = orjson.loads(record.value)["data"]
                tokens[data["team"]] += data["input_tokens"] + data["output_tokens"]
            seen += len(records)
    await consumer.stop()
    print(orjson.dumps(tokens).decode())


asyncio.run(main())
