"""Bills as a provider exports them, and rules by which they come as snapshots."""

import json

RULES = """
version: 1
sources:
  billing: {bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 2s, delivery: snapshot}
  usage: {bucket: 5m, lateness: 1m, horizon: 6h, idle_after: 2s}
routing: {default_channel: "#cloud-spend"}
digest: {channel: "#finops"}
"""


def row(hour: int, cost: str = "1.25", service: str = "Compute", **more: object) -> bytes:
    """What a service cost in an hour of December 2025: a row without an id, in a line of its own."""
    columns = {
        "ChargePeriodStart": f"2025-12-{1 + hour // 24:02}T{hour % 24:02}:00:00Z",
        "BillingPeriodStart": "2025-12-01T00:00:00Z",
        "EffectiveCost": cost,
        "BillingCurrency": "USD",
        "ServiceName": service,
        "ProviderName": "AWS",
        "BillingAccountId": "1",
        **more,
    }
    return json.dumps(columns).encode() + b"\n"
