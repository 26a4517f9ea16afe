"""Saved states: versioned MessagePack, read by code that trusts nothing. Never pickle.

A state begins with its kind and its version. River's estimators are taken out as plain numbers and put
back by way of their own constructor and first update, so a state outlives River's versions.
"""

from typing import TypeVar

import msgspec

from detectors.errors import StateError

_LARGEST = 65_536  # bytes; ten times what any detector writes

State = TypeVar("State", bound=msgspec.Struct)


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
    header = header_of(data)
    if (header.kind, header.version) != (kind, version):
        raise StateError(
            f"expected a state {kind!r} of version {version}, "
            f"found {header.kind[:40]!r} of version {header.version}"
        )
    return _decode(data, shape)


def _decode(data: bytes, shape: type[State]) -> State:
    if len(data) > _LARGEST:
        raise StateError(f"a state of {len(data)} bytes is larger than any that was written")
    try:
        return msgspec.msgpack.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StateError(f"not a saved state: {error}") from error
