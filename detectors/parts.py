"""What all series of one step share: the parts of the detector, which hold half-lives and nothing learned."""

from functools import cache

from detectors.absence import points_kept
from detectors.acceptance import Acceptance
from detectors.bar import grown_after
from detectors.confirmation import Confirmation
from detectors.forecaster import Forecaster, points
from detectors.fortnight import Fortnight
from detectors.month import Month
from detectors.places import SHIFT_TAIL, TAIL
from detectors.profile import Profiles
from detectors.shift import Shift
from detectors.spread import Spread
from detectors.surge import Surge
from detectors.tail import Tail


class Parts:
    """The parts for a step, in seconds."""

    __slots__ = (
        "acceptance", "confirmation", "forecaster", "fortnight", "grown", "half", "kept", "month",
        "profiles", "shift", "shift_tail", "spread", "step", "surge", "tail",
    )  # fmt: skip

    def __init__(self, step: int) -> None:
        fortnight = points(24 * 14, step, 100.0)
        self.step = step
        self.half = step // 2  # seconds to the middle of a bucket
        self.grown = grown_after(step)
        self.profiles = Profiles(step)
        self.forecaster = Forecaster(step)
        self.spread = Spread(step)
        self.tail, self.shift_tail = Tail(TAIL, fortnight), Tail(SHIFT_TAIL, fortnight)
        self.shift = Shift(points(0.5, step, 2.0))
        self.confirmation = Confirmation(step, self.shift.unit)
        self.surge = Surge(points(0.5, step, 12.0), fortnight)
        self.acceptance = Acceptance(step)
        self.fortnight = Fortnight(step)
        self.month = Month(step)
        self.kept = points_kept(step)


@cache
def parts_of(step: int) -> Parts:
    """The parts that all series with this step share."""
    return Parts(step)
