"""What a detector says of one point."""

from typing import Literal

import msgspec

Direction = Literal["up", "down"]


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Forecast and deviation of one point, given before the point is learned.

    ``score`` 1.0 is the alert threshold for every detector. ``lower`` and ``upper`` bound the band in
    which the score stays below 1.0, as far as the detector can say it in one number.
    """

    expected: float
    lower: float
    upper: float
    score: float
    direction: Direction
    channel: str  # which kind of evidence was the strongest, in words: "spike", "shift", ...
