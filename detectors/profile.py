"""A profile: what is usual at an hour of the day or of the week, learned online."""

from array import array

from detectors.errors import StateError
from detectors.fading import faded, rate_of, weighted
from detectors.seasons import HOUR, SlotOf, neighbours


class Profile:
    """One fading mean a slot, as `FadingMean` has it, all in one vector: a pair of mean and weight a slot.

    Args:
        slots: how many there are.
        slot_of: which slot an hour since the epoch belongs to.
        step: seconds a bucket.
        half_life: after how many points a slot forgets half.
    """

    __slots__ = ("_pairs", "_rate", "_slot_of", "_step")

    def __init__(self, slots: int, slot_of: SlotOf, step: int, half_life: float) -> None:
        self._pairs = array("d", [0.0]) * (2 * slots)
        self._slot_of = slot_of
        self._step = step
        self._rate = rate_of(half_life)

    def at(self, time: int) -> float | None:
        """What is usual in the bucket that starts at ``time``; None where nothing is known yet."""
        hour, following, later = neighbours(time, self._step)
        pairs = self._pairs
        here = 2 * self._slot_of(hour)
        weight = pairs[here + 1]
        if not later:
            return pairs[here] / weight if weight else None
        there = 2 * self._slot_of(following)
        weight_there = pairs[there + 1]
        if weight and weight_there:
            return pairs[here] / weight * (1.0 - later) + pairs[there] / weight_there * later
        if weight:
            return pairs[here] / weight
        return pairs[there] / weight_there if weight_there else None

    def learn(self, time: int, value: float) -> None:
        """Takes in a bucket's value, under the hour it starts in."""
        pairs = self._pairs
        place = 2 * self._slot_of(time // HOUR)
        pairs[place] = faded(pairs[place], value, self._rate)
        pairs[place + 1] += self._rate * (1.0 - pairs[place + 1])

    def numbers(self) -> list[list[float]]:
        """All it remembers: two numbers a slot, none for a slot without a point."""
        pairs = self._pairs
        return [
            [pairs[place], pairs[place + 1]] if pairs[place + 1] else []
            for place in range(0, len(pairs), 2)
        ]

    def restore(self, numbers: list[list[float]]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if there are not as many slots, or one is not finite.
        """
        if 2 * len(numbers) != len(self._pairs):
            raise StateError(f"expected {len(self._pairs) // 2} slots, found {len(numbers)}")
        for slot, pair in enumerate(numbers):
            self._pairs[2 * slot : 2 * slot + 2] = array(
                "d", weighted(pair, self._rate) if pair else (0.0, 0.0)
            )
