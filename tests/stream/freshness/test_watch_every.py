"""How often the sources are looked at."""

import pytest

from config.rules import Rules
from stream.freshness.freshness import LOOK_EVERY
from stream.freshness.watch import FreshnessWatch
from stream.kafka.cluster import Cluster
from stream.kafka.topics import Topics
from tests.stream.detect.batches import rules


def with_stale_after(billing: str | None, usage: str | None) -> Rules:
    """Rules that say after how long their sources have stopped."""
    plain = rules()
    document = plain.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name, given in (("billing", billing), ("usage", usage)):
        if given is not None:
            document["sources"][name]["stale_after"] = given
    return type(plain).model_validate(document)


@pytest.mark.parametrize(
    ("billing", "usage", "every"),
    [
        (None, None, LOOK_EVERY),
        ("26h", "1h", LOOK_EVERY),
        ("26h", "40s", 10.0),
        ("4s", "26h", 1.0),
        ("1s", None, 1.0),
    ],
)
def test_a_short_patience_is_looked_at_more_often(
    billing: str | None, usage: str | None, every: float
) -> None:
    """Four looks in the shortest `stale_after`, so that a stop is not told much later than the rules say."""
    watch = FreshnessWatch(Cluster(("127.0.0.1:9",)), Topics(), with_stale_after(billing, usage))

    assert watch.every == every
