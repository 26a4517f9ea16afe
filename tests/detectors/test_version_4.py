"""States that version 4 wrote are taken over: a rolling restart forgets nothing that was known then."""

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

WRITTEN = json.loads(Path(__file__).with_name("version_4.json").read_text(encoding="utf-8"))
"""By the code of version 4, on the points of ``recorded``: the state after some, the next 20 forecasts."""

each_state = pytest.mark.parametrize(
    "written", WRITTEN, ids=lambda written: f"{written['learned']}x{written['step']}s"
)


@each_state
def test_what_was_learned_goes_on(written: dict[str, Any]) -> None:
    """The next forecasts are those of version 4, to nine digits."""
    detector, first = restore(b64decode(written["state"])), written["learned"]
    for (time, value), expected in zip(
        points(written["step"])[first : first + 20], written["expected"], strict=True
    ):
        assert detector.score(time, value).expected == pytest.approx(expected, rel=1e-9)
        detector.learn(time, value)


@each_state
def test_it_is_written_as_the_newest_version(written: dict[str, Any]) -> None:
    """What was read from an old state is saved as a new one, and read again without a change."""
    detector = restore(b64decode(written["state"]))
    state = detector.to_bytes()
    assert (header_of(state).kind, header_of(state).version) == (KIND, VERSION)
    assert restore(state).to_bytes() == state


@pytest.mark.parametrize("field", range(3, 7))
def test_an_old_state_with_half_a_number_is_refused(field: int) -> None:
    """Each vector must be whole."""
    state = msgspec.msgpack.decode(b64decode(WRITTEN[-1]["state"]))
    state[field] += b"\x00"
    with pytest.raises(StateError):
        Detector.from_bytes(msgspec.msgpack.encode(state))
