"""What is kept of a series' unit costs, and how it is read by code that trusts nothing."""

from typing import Final

import msgspec

from detectors.saved import read
from detectors.unit_level import UnitLevel, read_unit

KIND: Final = "unit_cost"
VERSION: Final = 1

_encode = msgspec.msgpack.Encoder().encode


class UnitCostState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state, with the bytes of each `UnitLevel`; none of a unit that never came."""

    kind: str
    version: int
    step: int
    requests: bytes
    tokens: bytes


def saved(step: int, requests: UnitLevel | None, tokens: UnitLevel | None) -> bytes:
    """The saved state of both units, at most 450 bytes; nothing where neither ever came."""
    if requests is None and tokens is None:
        return b""
    # the fields of a `UnitCostState`, in its order: an object less for each point
    return _encode((KIND, VERSION, step, requests or b"", tokens or b""))


def found_in(data: bytes) -> tuple[int, UnitLevel | None, UnitLevel | None]:
    """Step in seconds, and both units.

    Raises:
        StateError: if the state is unreadable, of another kind or version, or holds impossible numbers.
    """
    state = read(data, UnitCostState, KIND, VERSION)
    return state.step, _unit(state.requests), _unit(state.tokens)


def _unit(data: bytes) -> UnitLevel | None:
    return read_unit(data) if data else None
