"""What models are used for, kept from one bucket to the next: over restarts, and from before it was kept."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alerting.anomaly import Anomaly
from alerting.money import total_of
from stream.detect import records
from stream.detect.bucket import MAX_MODELS, OTHER, OpenBucket, Totals
from stream.detect.core import DetectCore
from stream.ingest.fold import Folder
from stream.ingest.gathering import Span
from stream.pipeline import Event
from tests.stream.test_why import events, rules

States = dict[bytes, bytes]


def found(reload: Callable[[int, States], States | None]) -> list[Anomaly]:
    """The anomalies of a loss of cache; before each chunk a worker may be replaced by one with some state."""
    values = list(events(lambda use: use._replace(cached=0.05)))
    folder, core, states = Folder(rules(), 1), DetectCore(rules()), States()
    told: list[Anomaly] = []
    for number in range(0, len(values), 8):
        known = reload(number // 8, states)
        if known is not None:
            core = DetectCore(rules())
            core.load(known)
            assert core.unreadable == []
        chunk = values[number : number + 8]
        messages = [Event(at, 1 << 45, value) for at, value in enumerate(chunk, number)]
        span = Span("usage", 0, 1, number, number + len(chunk))
        for outcome in core.outcomes(folder.fold(span, messages).batches):
            told += outcome.news.anomalies
            for key, value in outcome.states.items():
                states.pop(key, None) if value is None else states.__setitem__(key, value)
    return told


def test_a_restart_changes_nothing() -> None:
    """A worker that takes over before each chunk splits an anomaly as one that never stopped does."""
    lasting = found(lambda *_: None)
    assert lasting
    assert lasting == found(lambda _, states: dict(states))
    assert {one.impact for one in lasting[-1].split if one.name == "cache"} != {Decimal(0)}


def without_use(key: bytes, value: bytes) -> bytes:
    """A record as it was before use was kept."""
    if not key.startswith((records.OPEN, records.MODEL)):
        return value
    fields: list[Any] = msgspec.msgpack.decode(value, strict=False)
    if key.startswith(records.OPEN):
        fields[3] = {start: bucket[:4] for start, bucket in fields[3].items()}
    else:
        fields = fields[:9]
        track = fields[4]
        if track is not None:
            for place in (5, 6, 14):
                track[place] = track[place][:5]
    return msgspec.msgpack.encode(fields)


@pytest.mark.parametrize("chunk", [10, 49])
def test_state_from_before_use_was_kept_is_read(chunk: int) -> None:
    """What is usual is learned anew; until it is known, there is no split."""

    def reload(number: int, states: States) -> States | None:
        if number != chunk:
            return None
        return {key: without_use(key, value) for key, value in states.items()}

    last = found(reload)[-1]
    if chunk < 48:  # the incident
        assert total_of(one.impact for one in last.split) == last.impact
        assert max(last.split, key=lambda one: one.impact).name == "cache"
    else:
        assert last.split == ()


def totals(cost: str, requests: int = 1, unpriced: int = 0) -> Totals:
    return Totals(Decimal(cost), 1, requests, 10, 5, 0, 2, unpriced)


def test_use_is_added_up_by_model() -> None:
    """Also in a bucket that takes over another one; use without a price explains no cost."""
    bucket, more = OpenBucket.empty(), OpenBucket.empty()
    bucket.include(totals("1.5"), "model=a;api_key=x", (0.5, 1.25))
    more.include(totals("2.5"), "model=a;api_key=y", (0.5, 2.25))
    more.include(totals("2"), "api_key=y")
    more.include(totals("0", unpriced=12), "model=b")
    more.include(Totals(Decimal(3), 1), "model=c")
    bucket.merge(more)
    assert {name: msgspec.structs.astuple(one) for name, one in bucket.models.items()} == {
        "a": (2, 20, 10, 4, 4.0, 1.0, 3.5, 0),
        "": (1, 10, 5, 2, 2.0, 0.0, 0.0, 2.0),
    }


def test_models_of_a_bucket_are_bounded() -> None:
    """A flood of names takes no more memory than some do, and loses nothing."""
    bucket = OpenBucket.empty()
    for number in range(100):
        bucket.include(totals("1"), f"model=m{number}")
    assert len(bucket.models) == MAX_MODELS + 1
    assert sum(one.cost for one in bucket.models.values()) == 100
    assert bucket.models[OTHER].requests == 100 - MAX_MODELS
