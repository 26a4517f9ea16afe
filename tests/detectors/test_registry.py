"""Which detector a series gets."""

import base64
import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from config.detection import ChargeKind
from detectors.engine import Detector
from detectors.errors import StateError
from detectors.fee import FeeDetector
from detectors.registry import has_learned, new_detector, restore


@pytest.mark.parametrize("kind", get_args(ChargeKind))
def test_only_usage_is_dense(kind: str) -> None:
    """Usage gets the dense detector, every other charge kind the one of fees; a restart keeps it."""
    detector = new_detector(kind, 3600)
    assert type(detector) is (Detector if kind == "usage" else FeeDetector)
    assert type(restore(detector.to_bytes())) is type(detector)


def test_whether_a_detector_has_learned_is_seen_from_its_state() -> None:
    """Of usage from the first point on; fees need nothing of others."""
    detector = Detector(3600)
    assert not has_learned(detector.to_bytes())
    detector.learn(0, 1.0)
    assert has_learned(detector.to_bytes())
    assert has_learned(FeeDetector(3600).to_bytes())


@pytest.mark.parametrize("version", [3, 4])
def test_state_of_an_older_version_has_learned(version: int) -> None:
    """Where its detector is another form, it is read as a whole."""
    text = Path(__file__).with_name(f"version_{version}.json").read_text(encoding="utf-8")
    for one in json.loads(text):
        assert has_learned(base64.b64decode(one["state"])) is (one["learned"] > 0)


@pytest.mark.parametrize("data", [b"", b"junk", msgspec.msgpack.encode(["mixture", 1])])
def test_an_unknown_state_is_refused(data: bytes) -> None:
    """A state of no known kind raises StateError."""
    with pytest.raises(StateError):
        restore(data)
    with pytest.raises(StateError):
        has_learned(data)
