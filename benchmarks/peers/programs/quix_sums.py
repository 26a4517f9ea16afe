"""The sums with Quix Streams: timestamp extractor, group by, tumbling window, final results.

At least once, RocksDB and a changelog topic, as they are by default. With KEYED the events' own keys are team
and service already, and there is no repartition topic.
"""

from datetime import datetime, timedelta
from os import environ
from typing import Any

from pricing import BROKERS, MINUTE, OUT, TOPIC, used
from quixstreams import Application
from quixstreams.dataframe.windows import Count, Sum


def event_time(value: dict[str, Any], _headers: object, _timestamp: float, _type: object) -> int:
    """The event's own time in milliseconds."""
    return int(datetime.fromisoformat(value["time"]).timestamp() * 1000)


def priced(value: dict[str, Any]) -> dict[str, Any]:
    """What the rest of the flow needs, and no more: it travels through the repartition topic."""
    one = used(value)
    return {"key": f"{one.team}/{one.service}", "tokens": one.tokens, "cost": one.cost}


def record(value: dict[str, Any], key: str, _timestamp: int, _headers: object) -> dict[str, Any]:
    """A closed window as a record."""
    team, _, service = key.partition("/")
    return {
        "team": team,
        "service": service,
        "start": value["start"] // 1000,
        "events": value["events"],
        "tokens": value["tokens"],
        "cost": value["cost"],
    }


app = Application(
    broker_address=BROKERS,
    consumer_group=f"quix-{TOPIC}",
    auto_offset_reset="earliest",
    state_dir=environ["STATE"],
    loglevel="WARNING",
    consumer_extra_config={"fetch.min.bytes": 1 << 20},
)
source = app.topic(
    TOPIC, key_deserializer="str", value_deserializer="json", timestamp_extractor=event_time
)
frame = app.dataframe(source).apply(priced)
if not environ.get("KEYED"):
    frame = frame.group_by("key", key_deserializer="str", key_serializer="str")
frame = (
    frame.tumbling_window(timedelta(seconds=MINUTE), grace_ms=timedelta(hours=3))
    .agg(events=Count(), tokens=Sum("tokens"), cost=Sum("cost"))
    .final(closing_strategy="partition")
    .apply(record, metadata=True)
)
frame.to_topic(app.topic(OUT, key_serializer="str", value_serializer="json"))

if __name__ == "__main__":
    app.run()
