"""Saved states: versioned MessagePack, read by code that trusts nothing. Never pickle.

A state begins with its kind and its version. River's estimators are taken out as plain numbers and put
back by way of their own constructor and first update, so a state outlives River's versions.
"""

from typing import Protocol, TypeVar

import msgspec

from detectors.errors import StateError

_LARGEST = 65_536  # bytes; ten times what any detector writes


class Headed(Protocol):
    """What begins with its kind and version."""

    @property
    def kind(self) -> str:
        """What wrote it."""

    @property
    def version(self) -> int:
        """Of its form."""


State = TypeVar("State", bound=Headed)
Decoded = TypeVar("Decoded")


class Header(msgspec.Struct, frozen=True, array_like=True):
    """How every saved state begins; what follows is its kind's own business."""

    kind: str
    version: int


def header_of(data: bytes) -> Header:
    """Kind and version of a saved state.

    Raises:
        StateError: if it is not one.
    """
    return _decode(data, Header)


def read(data: bytes, shape: type[State], kind: str, version: int) -> State:
    """A saved state of the given shape.

    Raises:
        StateError: if it is unreadable, or of another kind or version.
    """
    try:
        state = _decode(data, shape)
    except StateError:
        _check(header_of(data), kind, version)  # which says more, where it is another one
        raise
    _check(state, kind, version)
    return state


def _check(found: Headed, kind: str, version: int) -> None:
    if found.kind != kind or found.version != version:
        raise StateError(
            f"expected a state {kind!r} of version {version}, "
            f"found {found.kind[:40]!r} of version {found.version}"
        )


def _decode(data: bytes, shape: type[Decoded]) -> Decoded:
    if len(data) > _LARGEST:
        raise StateError(f"a state of {len(data)} bytes is larger than any that was written")
    try:
        return msgspec.msgpack.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StateError(f"not a saved state: {error}") from error
