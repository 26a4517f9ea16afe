"""Which detector a series gets."""

from typing import get_args

import msgspec
import pytest

from config.detection import ChargeKind
from detectors.engine import Detector
from detectors.errors import StateError
from detectors.fee import FeeDetector
from detectors.registry import new_detector, restore


@pytest.mark.parametrize("kind", get_args(ChargeKind))
def test_only_usage_is_dense(kind: str) -> None:
    """Usage gets the dense detector, every other charge kind the one of fees; a restart keeps it."""
    detector = new_detector(kind, 3600)
    assert type(detector) is (Detector if kind == "usage" else FeeDetector)
    assert type(restore(detector.to_bytes())) is type(detector)


@pytest.mark.parametrize("data", [b"", b"junk", msgspec.msgpack.encode(["mixture", 1])])
def test_an_unknown_state_is_refused(data: bytes) -> None:
    """A state of no known kind raises StateError."""
    with pytest.raises(StateError):
        restore(data)
