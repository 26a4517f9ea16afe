"""Rights that Kafka refuses: which one it is, and the command that grants it."""

from collections.abc import Iterator
from typing import Final

from stream.errors import RefusedError

# error codes of the protocol, the same in all clients
_TOPIC: Final = 29
_GROUP: Final = 30
_CLUSTER: Final = 31
_TRANSACTIONAL_ID: Final = 53
_GRANT: Final = {
    _TOPIC: ("topic", "--operation Read --operation Write --topic"),
    _GROUP: ("consumer group", "--operation Read --group"),
    _CLUSTER: ("cluster", "--operation IdempotentWrite --cluster"),
    _TRANSACTIONAL_ID: ("transactional id", "--operation Write --transactional-id"),
}


def denied(error: BaseException | None) -> RefusedError | None:
    """What has to be granted, if an authorization that failed is what ``error`` comes from; else None."""
    for cause in _causes(error):
        kind = getattr(cause, "errno", None)
        if kind in _GRANT:
            what, grant = _GRANT[kind]
            name = "" if kind == _CLUSTER else _named(cause)
            return refusal(f"{what} {name!r}" if name else what, f"{grant} {name}".rstrip())
    return None


def refusal(what: str, grant: str) -> RefusedError:
    """The line for a right that is missing; ``grant`` are the options of `kafka-acls.sh` that name it."""
    return RefusedError(
        f"Kafka does not allow the use of {what}: grant it with "
        f"kafka-acls.sh --add --allow-principal User:... {grant}"
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _named(error: BaseException) -> str:
    """The topic, group or id that the client names; the clients give one, several or none."""
    for given in error.args:
        if isinstance(given, str):
            return given
        if isinstance(given, set | frozenset | list | tuple) and given:
            return min(map(str, given))
    return ""
