"""OpenCost's and Kubecost's allocation API: what namespaces, controllers and pods of Kubernetes cost in a window."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import msgspec

from stream.charge import Charge, Dimensions
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.opencost_reply import PROVIDER, Window, currency, data_of, start_of
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar, name_of

NAME = "opencost allocation"
SOURCE = "billing"
MARKS = ("ramByteHours", "cpuCoreHours", "totalCost", "properties", "window")

_SIGN: Final = b'"ramByteHours"'
_ARRAY: Final = b"["


class Properties(msgspec.Struct, rename="camel", gc=False):
    """What is allocated to; what the allocations were added up over is left out."""

    cluster: Scalar = None
    namespace: Scalar = None
    controller: Scalar = None
    controller_kind: Scalar = None
    pod: Scalar = None
    container: Scalar = None
    node: Scalar = None
    labels: msgspec.Raw = ABSENT
    namespace_labels: msgspec.Raw = ABSENT


class Allocation(msgspec.Struct, rename="camel", gc=False):
    """The fields that are read. Amounts stay text."""

    name: Scalar = None
    properties: Properties | None = None
    window: Window | None = None
    start: Scalar = None
    end: Scalar = None
    total_cost: msgspec.Raw = ABSENT
    cpu_cost: msgspec.Raw = ABSENT
    cpu_cost_adjustment: msgspec.Raw = ABSENT
    gpu_cost: msgspec.Raw = ABSENT
    gpu_cost_adjustment: msgspec.Raw = ABSENT
    ram_cost: msgspec.Raw = ABSENT
    ram_cost_adjustment: msgspec.Raw = ABSENT
    pv_cost: msgspec.Raw = ABSENT
    pv_cost_adjustment: msgspec.Raw = ABSENT
    network_cost: msgspec.Raw = ABSENT
    network_cost_adjustment: msgspec.Raw = ABSENT
    load_balancer_cost: msgspec.Raw = ABSENT
    load_balancer_cost_adjustment: msgspec.Raw = ABSENT
    shared_cost: msgspec.Raw = ABSENT
    external_cost: msgspec.Raw = ABSENT


_one = msgspec.json.Decoder(Allocation)
_set = msgspec.json.Decoder(dict[str, Allocation | None])
_sets = msgspec.json.Decoder(list[dict[str, Allocation | None] | None])
_PARTS: Final = tuple(
    (field.name, field.encode_name)
    for field in msgspec.structs.fields(Allocation)
    if field.name.endswith(("_cost", "_adjustment")) and field.name != "total_cost"
)


def recognises(event: Event) -> bool:
    """Whether it is an allocation, a set of them, or a reply with sets: all have memory by the hour."""
    fields = event.fields()
    if "ramByteHours" in fields:
        return True
    if "data" in fields:
        return "code" in fields and _SIGN in bytes(fields["data"])
    first = bytes(next(iter(fields.values()), b""))
    return first[:1] == b"{" and _SIGN in first


def read(event: Event) -> list[Charge]:
    """The charges of all allocations of the event; of one with GPUs, these apart.

    Raises:
        RefusedError: if one of the allocations cannot be read.
    """
    code = currency(event)
    try:
        allocations = list(_allocations(event))
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    return [one for name, each in allocations for one in _charges(name, each, code)]


def _allocations(event: Event) -> Iterator[tuple[str, Allocation]]:
    data = data_of(event)
    if "ramByteHours" in event.fields():
        yield "", _one.decode(data)
        return
    sets = _sets.decode(data) if data[:1] == _ARRAY else [_set.decode(data)]
    for each in sets:
        for name, allocation in (each or {}).items():
            if allocation is not None:
                yield name, allocation


def _charges(key: str, allocation: Allocation, code: str) -> Iterator[Charge]:
    name = name_of("name", allocation.name, key)
    properties, window = allocation.properties or Properties(), allocation.window or Window()
    time = start_of(quoted(name), window.start, allocation.start)
    cluster = name_of("cluster", properties.cluster)
    end = name_of("end", window.end, allocation.end)
    scope = scope_of(PROVIDER, cluster, window.start, time)
    total, gpu = _costs(name, allocation)
    parts = [("", "cloud", total - gpu)] if not gpu else [("gpu", "gpu", gpu)]
    if gpu and total != gpu:
        parts.append(("", "cloud", total - gpu))
    for sku, technology, cost in parts:
        yield Charge(
            charge_id=name_of("name", "/".join(("opencost", cluster, name, str(time), end, sku))),
            time=time,
            cost=cost,
            dimensions=_dimensions(name, properties, code, sku, technology),
            scope=scope,
        )


def _costs(name: str, allocation: Allocation) -> tuple[Decimal, Decimal]:
    """All that the allocation costs, and what of it its GPUs cost. What is no number, OpenCost writes as null."""
    parts = {
        field: amount_of(written, getattr(allocation, field)) or Decimal(0)
        for field, written in _PARTS
    }
    total = amount_of("totalCost", allocation.total_cost)
    if total is None:
        if all(not bytes(getattr(allocation, field)) for field, _ in _PARTS):
            raise RefusedError(
                "missing_cost", f"totalCost of {quoted(name)} is missing; write it as a number"
            )
        total = sum(parts.values(), Decimal(0))
    return total, parts["gpu_cost"] + parts["gpu_cost_adjustment"]


def _dimensions(
    name: str, properties: Properties, code: str, sku: str, technology: str
) -> Dimensions:
    namespace = name_of("namespace", properties.namespace)
    controller = name_of("controller", properties.controller)
    kind = name_of("controllerKind", properties.controller_kind)
    pod, container = name_of("pod", properties.pod), name_of("container", properties.container)
    cluster = name_of("cluster", properties.cluster)
    owner = f"{kind}/{controller}" if kind and controller else controller
    own = {"cluster": cluster, "namespace": namespace, "controller": controller}
    return Dimensions(
        currency=code,
        service=namespace or name or "unknown",
        charge_kind="usage",
        provider="Kubernetes",
        account=cluster,
        sku=sku,
        resource=name_of("resource", owner or "/".join(filter(None, (pod, container)))),
        tags={
            **{key: value for key, value in own.items() if value},
            **parse_tags(properties.namespace_labels),
            **parse_tags(properties.labels),
        },
        technology=technology,
    )
