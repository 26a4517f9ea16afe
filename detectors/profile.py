"""A profile: what is usual at an hour of the day or of the week, learned online."""

from detectors.errors import StateError
from detectors.fading import FadingMean
from detectors.seasons import HOUR, SlotOf, neighbours


class Profile:
    """One fading mean a slot, made when its first point comes.

    Args:
        slots: how many there are.
        slot_of: which slot an hour since the epoch belongs to.
        step: seconds a bucket.
        half_life: after how many points a slot forgets half.
    """

    __slots__ = ("_half_life", "_slot_of", "_slots", "_step")

    def __init__(self, slots: int, slot_of: SlotOf, step: int, half_life: float) -> None:
        self._slots: list[FadingMean | None] = [None] * slots
        self._slot_of = slot_of
        self._step = step
        self._half_life = half_life

    def at(self, time: int) -> float | None:
        """What is usual in the bucket that starts at ``time``; None where nothing is known yet."""
        hour, following, weight = neighbours(time, self._step)
        here = self._slots[self._slot_of(hour)]
        if not weight:
            return None if here is None else here.value
        there = self._slots[self._slot_of(following)]
        if here is None or there is None:
            known = here or there
            return None if known is None else known.value
        return here.value * (1.0 - weight) + there.value * weight

    def learn(self, time: int, value: float) -> None:
        """Takes in a bucket's value, under the hour it starts in."""
        slot = self._slot_of(time // HOUR)
        mean = self._slots[slot]
        if mean is None:
            mean = self._slots[slot] = FadingMean(self._half_life)
        mean.learn(value)

    def numbers(self) -> list[list[float]]:
        """All it remembers: two numbers a slot, none for a slot without a point."""
        return [[] if mean is None else mean.numbers() for mean in self._slots]

    def restore(self, numbers: list[list[float]]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if there are not as many slots, or one is not finite.
        """
        if len(numbers) != len(self._slots):
            raise StateError(f"expected {len(self._slots)} slots, found {len(numbers)}")
        for slot, pair in enumerate(numbers):
            if pair:
                mean = FadingMean(self._half_life)
                mean.restore(pair)
                self._slots[slot] = mean
