"""How long a source is usually silent: the silence that a moment lies in, for nineteen moments of twenty.

A count of gaps would not do: an export that comes once a day comes in thousands of messages, so that its gaps are
seconds, but for one. By the clock nearly every moment lies in that one. So each gap weighs as much as it lasts. A source
that rests at night, or over the weekend, is usually silent for as long.
"""

from itertools import accumulate
from typing import Final

import msgspec

_HALF_LIFE: Final = 28 * 86_400  # seconds after which a gap weighs half
_MOMENTS: Final = 0.95
_WIDTH: Final = 2**0.25  # from one class of gaps to the next
_SHORTEST: Final = 30  # seconds; a shorter one is not told apart, as nobody looks so often
_CLASSES: Final = 72  # up to three months
_ENOUGH_GAPS: Final = 3  # as long as the usual one must have been watched
_ENOUGH: Final = 3600  # seconds must have been watched


_GROWN: Final = 6 * 86_400  # seconds of a week, faded, after which nights and weekends were seen


class Rhythm(msgspec.Struct, frozen=True, array_like=True):
    """Seconds spent in gaps of each length, fading."""

    weights: tuple[float, ...] = ()  # by class of length, the shortest first
    at: int = 0  # up to when they are faded, epoch seconds

    def with_gap(self, gap: int, at: int) -> "Rhythm":
        """With a further gap.

        Args:
            gap: its length in seconds.
            at: when it ended, epoch seconds.
        """
        if gap <= 0:
            return self
        kept = 0.5 ** (max(at - self.at, 0) / _HALF_LIFE) if self.weights else 1.0
        weights = [weight * kept for weight in self.weights] or [0.0] * _CLASSES
        weights[_class_of(gap)] += gap
        return Rhythm(tuple(weights), max(self.at, at))

    @property
    def is_grown(self) -> bool:
        """Whether about a week was watched."""
        return sum(self.weights) >= _GROWN

    def usual(self) -> int | None:
        """Seconds that a silence may usually last; None while too little was watched to say so."""
        total = sum(self.weights)
        if total < _ENOUGH:
            return None
        reached = (
            at for at, so_far in enumerate(accumulate(self.weights)) if so_far >= _MOMENTS * total
        )
        longest = round(_SHORTEST * _WIDTH ** next(reached))
        return longest if total >= _ENOUGH_GAPS * longest else None


def _class_of(gap: int) -> int:
    """The first class whose length holds a gap; the last one holds all that are longer."""
    length: float = _SHORTEST
    for number in range(_CLASSES - 1):
        if gap <= length:
            return number
        length *= _WIDTH
    return _CLASSES - 1
