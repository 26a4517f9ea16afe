"""Which detector a series gets, and which one a saved state belongs to."""

import msgspec

from config.detection import ChargeKind
from detectors import fee, learned
from detectors.calendar import UTC_WEEK, Calendar
from detectors.engine import Detector
from detectors.errors import StateError
from detectors.fee import FeeDetector
from detectors.places import LEARNED
from detectors.saved import header_of, read

USAGE: ChargeKind = "usage"


class _Numbers(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How the saved state of a usage detector of this version begins."""

    kind: str
    version: int
    step: int
    numbers: bytes


def new_detector(
    charge_kind: str, step: int, calendar: Calendar = UTC_WEEK
) -> Detector | FeeDetector:
    """The detector of a series that knows nothing yet.

    Args:
        charge_kind: ``usage`` is dense; recurring, purchase, tax, credit and adjustment are sparse.
        step: seconds a bucket, 60 to 86,400.
        calendar: its weekends, holidays and clock.

    Raises:
        ValueError: for any other step.
    """
    return Detector(step, calendar) if charge_kind == USAGE else FeeDetector(step, calendar)


def restore(data: bytes, calendar: Calendar = UTC_WEEK) -> Detector | FeeDetector:
    """The detector whose ``to_bytes`` it is, with the calendar of today, which need not be that of before.

    Raises:
        StateError: if it is unreadable, of an unknown kind or version, or holds impossible numbers.
    """
    kind = header_of(data).kind
    if kind == learned.KIND:
        return Detector.from_bytes(data, calendar)
    if kind == fee.KIND:
        return FeeDetector.from_bytes(data, calendar)
    raise StateError(f"there is no detector of the kind {kind[:40]!r}")


def has_learned(data: bytes) -> bool:
    """Whether a detector of usage has learned a point, and True of fees, seen from the beginning of its saved state.

    Raises:
        StateError: if that is unreadable.
    """
    header = header_of(data)
    if header.kind == learned.KIND and header.version == learned.VERSION:
        numbers = learned.vector("d", read(data, _Numbers, header.kind, header.version).numbers)
        return len(numbers) > LEARNED and numbers[LEARNED] > 0
    if header.kind == fee.KIND:
        return True
    detector = restore(data)  # of an older version
    return not isinstance(detector, Detector) or detector.learned.numbers[LEARNED] > 0
