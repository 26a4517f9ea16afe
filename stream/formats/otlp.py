"""What OTLP's JSON of all signals has in common: attributes, and the resource that they come from."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.tags import LONGEST, MOST
from stream.formats.text import Scalar, name_of
from stream.formats.use import tags_with

_MACHINE: Final = (  # attributes that tell machines, processes and libraries apart, not teams
    *("telemetry.", "process.", "host.", "os.", "container.", "device.", "browser.", "webengine."),
    *("k8s.pod.", "k8s.node.", "k8s.replicaset.", "k8s.container.", "service.instance."),
    *("faas.instance", "service.version"),
)
_FIELDS: Final = frozenset({"service.name", "cloud.account.id", "cloud.region"})  # no tags


class KeyValue(msgspec.Struct, gc=False):
    """One attribute; its value stays JSON until it is asked for, as it may be a long prompt."""

    key: str
    value: msgspec.Raw = msgspec.Raw()


class Resource(msgspec.Struct, gc=False):
    """What the telemetry comes from, such as a service."""

    attributes: Sequence[KeyValue] = ()


class _Any(msgspec.Struct, gc=False):
    string: str | None = msgspec.field(default=None, name="stringValue")
    integer: int | str | None = msgspec.field(default=None, name="intValue")
    double: float | str | None = msgspec.field(default=None, name="doubleValue")
    boolean: bool | None = msgspec.field(default=None, name="boolValue")


_value = msgspec.json.Decoder(_Any | None)


class Origin(msgspec.Struct, frozen=True, gc=False):
    """What a resource says of who uses, and where."""

    service: str
    account: str
    region: str
    tags: dict[str, str]


def origin_of(resource: Resource | None) -> Origin:
    """The origin that a resource's attributes tell; its tags are those that may name a team.

    Raises:
        RefusedError: if an attribute cannot be read.
    """
    attributes = [] if resource is None else resource.attributes
    named = {one.key for one in attributes if not one.key.startswith(_MACHINE)}
    said = values(attributes, named)
    environment = name_of(
        "deployment.environment",
        said.get("deployment.environment.name"),
        said.get("deployment.environment"),
    )
    tags = {
        key[:LONGEST]: str(value)[:LONGEST] for key, value in said.items() if key not in _FIELDS
    }
    return Origin(
        service=name_of("service.name", said.get("service.name")),
        account=name_of("cloud.account.id", said.get("cloud.account.id")),
        region=name_of("cloud.region", said.get("cloud.region")),
        tags=tags_with(dict(list(tags.items())[:MOST]), environment=environment),
    )


def values(attributes: Sequence[KeyValue], wanted: Collection[str]) -> dict[str, Scalar]:
    """The attributes of these names that are text, numbers or booleans.

    Raises:
        RefusedError: ``bad_field`` if one is of another type than its name says.
    """
    found: dict[str, Scalar] = {}
    for one in attributes:
        if one.key in wanted and one.key not in found:
            value = _scalar(one)
            if value is not None:
                found[one.key] = value
    return found


def _scalar(attribute: KeyValue) -> Scalar:
    try:
        value = _value.decode(bytes(attribute.value) or b"null")
    except DECODER_ERRORS as error:
        refused = from_decoder(error)
        raise RefusedError(refused.reason, f"{attribute.key}: {refused.detail}") from None
    if value is None:
        return None
    several = (value.string, value.integer, value.double, value.boolean)
    return next((one for one in several if one is not None), None)
