"""Hostile texts do not stay in memory."""

import json

import pytest

from stream.formats import decode, focus, money, times, usage_v1
from stream.memo import LONGEST, MOST

LONG = "7" * 100_000


@pytest.mark.parametrize("column", ["ChargePeriodStart", "EffectiveCost", "Tags", "ServiceName"])
def test_long_values_are_remembered_by_no_cache(column: str) -> None:
    """A flood of them would take all memory."""
    row = {
        "EffectiveCost": 1,
        "BillingCurrency": "USD",
        "ChargePeriodStart": "2025-12-01T00:00:00Z",
        "ServiceName": "Compute",
    }
    sizes = times._parse.cache_info().currsize, money._parse.cache_info().currsize
    decode("billing", json.dumps({**row, column: LONG}).encode())
    known = times._parse.cache_info().currsize, money._parse.cache_info().currsize
    assert [after - before <= 1 for before, after in zip(sizes, known, strict=True)] == [True] * 2
    longest = max((len(part) for key in focus._known for part in key if part), default=0)  # type: ignore[arg-type]  # keys of a memo are texts
    assert longest <= LONGEST


def test_a_flood_of_tags_and_models_is_forgotten() -> None:
    """The newest are known, and never more than the limit."""
    for number in range(MOST + 10):
        document = {
            "gen_ai.system": "openai",
            "id": "1",
            "time": 1743465600,
            "model": f"model-{number}",
            "tags": {"request": number},
            "output_tokens": 1,
        }
        decode("usage", json.dumps(document).encode())
    assert 0 < len(usage_v1._known) <= MOST
