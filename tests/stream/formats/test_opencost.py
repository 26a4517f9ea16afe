"""Replies of OpenCost: allocations, cloud costs and custom costs."""

import json
from decimal import Decimal
from typing import Any

import pytest
from format_samples import ALLOCATION, CLOUD_COST, CUSTOM_COST, FOLDER, sample

from stream.charge import Charge, Dimensions
from stream.files import read_events
from stream.formats import Decoded, decode


def _decoded(event: object) -> Decoded:
    return decode("billing", json.dumps(event).encode())


def _charges(event: object) -> list[Charge]:
    decoded = _decoded(event)
    assert decoded.refused == []
    return decoded.charges


def test_allocation() -> None:
    """A namespace is the service, its cluster the account, and labels count before those of the namespace."""
    assert _charges({"code": 200, "data": [{"checkout": ALLOCATION}]}) == [
        Charge(
            charge_id="opencost/eu-1/checkout/1743465600/2025-04-02T00:00:00Z/",
            time=1743465600,
            cost=Decimal("1.25"),
            dimensions=Dimensions(
                currency="USD",
                service="checkout",
                charge_kind="usage",
                provider="Kubernetes",
                account="eu-1",
                resource="deployment/cart",
                tags={
                    "cluster": "eu-1",
                    "namespace": "checkout",
                    "controller": "cart",
                    "team": "shop",
                    "tier": "1",
                },
                technology="cloud",
            ),
            scope="OpenCost|eu-1|2025-04-01",
        )
    ]


def test_gpus_stand_apart() -> None:
    """What GPUs cost is a charge of its own, and the sum stays the total."""
    cpu_and_gpu = _charges(
        {**ALLOCATION, "totalCost": 10.7, "gpuCost": 10.1, "gpuCostAdjustment": -0.1}
    )
    assert [(one.cost, one.dimensions.technology) for one in cpu_and_gpu] == [
        (Decimal("10.0"), "gpu"),
        (Decimal("0.7"), "cloud"),
    ]
    (gpu_alone,) = _charges({**ALLOCATION, "totalCost": 10, "gpuCost": 10})
    assert (gpu_alone.cost, gpu_alone.dimensions.sku) == (Decimal(10), "gpu")


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({"totalCost": None}, "1.0"),
        ({"totalCost": None, "pvCost": 2, "sharedCost": 0.5, "ramCostAdjustment": -0.4}, "3.1"),
        ({"totalCost": 0}, "0"),
        ({"totalCost": "1.81E-8"}, "1.81E-8"),
    ],
)
def test_cost_of_an_allocation(changes: dict[str, Any], cost: str) -> None:
    """The total counts, zero too; where OpenCost could not tell it, its parts add up."""
    (charge,) = _charges({**ALLOCATION, **changes})
    assert charge.cost == Decimal(cost)


def test_a_window_that_is_sent_again_counts_once() -> None:
    """The id is made up of cluster, name and window, and not of amounts."""
    first, again = (_charges({**ALLOCATION, "totalCost": cost})[0] for cost in (1, 2))
    other = _charges({**ALLOCATION, "window": {"start": "2025-04-02T00:00:00Z"}})[0]
    assert first.charge_id == again.charge_id != other.charge_id
    assert first.identified


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"window": None, "start": None}, "missing_time"),
        ({"window": {"start": "soon"}}, "bad_time"),
        ({"totalCost": "much"}, "bad_cost"),
        ({"properties": []}, "bad_field"),
    ],
)
def test_refused_allocation(changes: dict[str, Any], reason: str) -> None:
    """One bad allocation refuses the reply, and the line names it."""
    reply = {"code": 200, "data": [{"good": ALLOCATION, "checkout": {**ALLOCATION, **changes}}]}
    (refused,) = _decoded(reply).refused
    assert (refused.reason, _decoded(reply).charges) == (reason, [])


def test_a_currency_beside_the_data() -> None:
    """OpenCost names no currency: dollars, or what the sender adds."""
    reply = {"code": 200, "data": [{"checkout": ALLOCATION}], "currency": "eur"}
    assert [one.dimensions.currency for one in _charges(reply)] == ["EUR"]
    assert _decoded({**reply, "currency": "euros"}).refused[0].reason == "bad_currency"
    assert _decoded({**reply, "currency": 7}).refused[0].reason == "bad_currency"


def test_cloud_cost() -> None:
    """What is spread over its period and after discounts counts, as FOCUS' effective cost does."""
    (charge,) = _charges({"code": 200, "data": {"sets": [CLOUD_COST]}})
    names = charge.dimensions
    assert (charge.cost, charge.scope) == (Decimal("5.5"), "OpenCost AWS|payer|2025-04-01")
    assert (names.provider, names.service, names.account) == ("AWS", "AmazonEC2", "member")
    assert (names.region, names.tags, names.technology) == (
        "eu-west-1",
        {"team": "search"},
        "cloud",
    )


@pytest.mark.parametrize(
    ("costs", "cost"),
    [
        ({"billedCost": 3, "listCost": 4}, "3"),
        ({"billedCost": 0, "listCost": 4}, "4"),
        ({"cost": 0, "cost_type": "billed"}, "0"),
        ({"cost": 2.50}, "2.5"),
    ],
)
def test_custom_cost(costs: dict[str, Any], cost: str) -> None:
    """What was billed counts, or where that is nothing the list cost, as OpenCost blends them."""
    item = {**CUSTOM_COST["customCosts"][0], "billedCost": None, "listCost": None, **costs}
    (charge,) = _charges({**CUSTOM_COST, "customCosts": [item]})
    assert charge.cost == Decimal(cost)
    assert (charge.dimensions.provider, charge.dimensions.technology) == ("datadog", "saas")


def test_alike_items_count_each() -> None:
    """Two items of a window that nothing tells apart are two charges, whatever other windows come with them."""
    twice = {**CUSTOM_COST, "customCosts": CUSTOM_COST["customCosts"] * 2}
    later = {**twice, "window": {"start": "2025-04-02T00:00:00Z"}}
    both = _charges({"code": 200, "data": {"timeseries": [twice, later]}})
    assert len({one.charge_id for one in both}) == 4
    assert [one.charge_id for one in both[2:]] == [one.charge_id for one in _charges(later)]


@pytest.mark.skipif(FOLDER is None, reason="no folder of samples named")
@pytest.mark.parametrize(
    ("name", "count", "total"),
    [
        ("opencost/allocation-compute-0.json", 3, "0.456113"),
        ("opencost/allocation-example-output.json", 3, "1.77816"),
        ("opencost/cloudCost-2.json", 1, "19.800393"),
        ("opencost/customCost-4.json", 2, "28.679452"),
    ],
)
def test_samples(name: str, count: int, total: str) -> None:
    """The sums of samples are the known ones."""
    events = list(read_events(sample(name)))
    charges = [one for event in events for one in decode(event.source, event.value).charges]
    assert len(charges) == count
    assert sum(one.cost or 0 for one in charges) == Decimal(total)
