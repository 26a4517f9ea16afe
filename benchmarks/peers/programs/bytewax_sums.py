"""The sums with Bytewax: event clock, tumbling window, fold, Kafka in and out.

It reads to the end of the topic and ends, which closes all windows. With EXACT it adds decimals and counts an
event once that comes twice in a minute; the command line then turns recovery on.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import bytewax.operators as op
import bytewax.operators.windowing as win
import orjson
from bytewax.connectors.kafka import KafkaSinkMessage, KafkaSource, KafkaSourceMessage
from bytewax.connectors.kafka import operators as kop
from bytewax.dataflow import Dataflow
from bytewax.operators.windowing import EventClock, TumblingWindower
from pricing import BROKERS, EXACT, MINUTE, OUT, TOPIC, Used, used

ALIGNED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Sum:
    """What a window holds."""

    events: int = 0
    tokens: int = 0
    cost: float | Decimal = Decimal(0) if EXACT else 0.0
    seen: set[str] = field(default_factory=set)


def keyed(message: KafkaSourceMessage) -> tuple[str, Used]:
    """Decode, price and key in one step: each step of a flow costs."""
    one = used(orjson.loads(message.value))
    return f"{one.team}/{one.service}", one


def add(total: Sum, one: Used) -> Sum:
    """Add an event to its window."""
    if EXACT:
        if one.event_id in total.seen:
            return total
        total.seen.add(one.event_id)
    total.events += 1
    total.tokens += one.tokens
    total.cost += one.cost
    return total


def merged(left: Sum, right: Sum) -> Sum:
    """Windows of a fixed length never merge; the operator asks all the same."""
    return Sum(
        left.events + right.events,
        left.tokens + right.tokens,
        left.cost + right.cost,
        left.seen | right.seen,
    )


def record(item: tuple[str, tuple[int, Sum]]) -> KafkaSinkMessage[bytes, bytes]:
    """A closed window as a record; the number of a window counts minutes from the alignment."""
    key, (window, total) = item
    team, _, service = key.partition("/")
    value = {
        "team": team,
        "service": service,
        "start": int(ALIGNED.timestamp()) + window * MINUTE,
        "events": total.events,
        "tokens": total.tokens,
        "cost": str(total.cost) if EXACT else total.cost,
    }
    return KafkaSinkMessage(key.encode(), orjson.dumps(value))


flow = Dataflow("sums")
source = KafkaSource(
    BROKERS.split(","), [TOPIC], tail=False, add_config={"fetch.min.bytes": "1048576"}
)
events = op.input("usage", flow, source)
sums = win.fold_window(
    "minutes",
    op.map("price", events, keyed),
    EventClock(
        ts_getter=lambda one: one.time,
        wait_for_system_duration=timedelta(hours=3),  # partitions are not read in step
        to_system_utc=lambda _: None,  # a replay: no waking for windows whose time is long past
    ),
    TumblingWindower(length=timedelta(seconds=MINUTE), align_to=ALIGNED),
    Sum,
    add,
    merged,
    ordered=False,
)
kop.output("spend", op.map("encode", sums.down, record), brokers=BROKERS.split(","), topic=OUT)
