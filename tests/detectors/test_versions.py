"""States that older versions wrote are taken over: a rolling restart forgets nothing that was known then."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import msgspec
import pytest
from recorded import points

from detectors.engine import Detector
from detectors.errors import StateError
from detectors.learned import KIND, VERSION
from detectors.registry import restore
from detectors.saved import header_of

OLD = (3, 4)
WRITTEN: dict[int, list[dict[str, Any]]] = {
    version: json.loads(
        Path(__file__).with_name(f"version_{version}.json").read_text(encoding="utf-8")
    )
    for version in OLD
}
"""By the code of each version, on the points of ``recorded``: the state after some, the next 20 forecasts."""

each_state = pytest.mark.parametrize(
    "written",
    [
        pytest.param(state, id=f"{version}-{state['learned']}x{state['step']}s")
        for version in OLD
        for state in WRITTEN[version]
    ],
)


@each_state
def test_what_was_learned_goes_on(written: dict[str, Any]) -> None:
    """The next forecasts are those that the version would have given, to nine digits."""
    detector, first = restore(b64decode(written["state"])), written["learned"]
    for (time, value), expected in zip(
        points(written["step"])[first : first + 20], written["expected"], strict=True
    ):
        assert detector.score(time, value).expected == pytest.approx(expected, rel=1e-9)
        detector.learn(time, value)


@each_state
def test_it_is_written_as_the_newest_version(written: dict[str, Any]) -> None:
    """What was read from an old state is saved as a new one, and read again without a change."""
    state = restore(b64decode(written["state"])).to_bytes()
    assert (header_of(state).kind, header_of(state).version) == (KIND, VERSION)
    assert restore(state).to_bytes() == state


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("flipped", [0x01, 0x40, 0xFF])
def test_a_damaged_old_state_is_refused_or_works(version: int, flipped: int) -> None:
    """Bits flipped in any byte of an old state raise StateError or give a detector that works."""
    whole = b64decode(WRITTEN[version][0]["state"])
    assert header_of(whole).version == version
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= flipped
        try:
            detector = Detector.from_bytes(bytes(damaged))
        except StateError:
            continue
        assert detector.score(1_717_372_800, 5.0).score >= 0
        detector.learn(1_717_372_800, 5.0)


@pytest.mark.parametrize(
    ("version", "field", "kept"),
    [(3, 3, 43 * 8), (3, 4, -3), (3, 5, -3), *((4, field, -1) for field in range(3, 6))],
)
def test_an_old_state_with_too_few_numbers_is_refused(version: int, field: int, kept: int) -> None:
    """Each group of numbers must be whole."""
    state = msgspec.msgpack.decode(b64decode(WRITTEN[version][2]["state"]))
    state[field] = state[field][:kept]
    with pytest.raises(StateError):
        Detector.from_bytes(msgspec.msgpack.encode(state))
