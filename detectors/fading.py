"""A mean that forgets: River's exponentially weighted mean, freed of the weight of its first value."""

from river.stats import EWMean

from detectors.errors import StateError

_ROUNDED = 1.0 - 1e-9
_LARGEST = 1e101  # no amount, nor its root, is larger


def rate_of(half_life: float) -> float:
    """The fading factor with which a value counts half after ``half_life`` further ones."""
    return float(1.0 - 0.5 ** (1.0 / half_life))


class FadingMean:
    """Exponentially weighted mean of the values so far, in any unit.

    River's ``EWMean`` begins with its first value at full weight, which a long half-life then keeps
    for days. Here it begins at zero and is divided by the weight of all that came, ``1 - (1 - rate)^n``
    (the correction of Kingma and Ba's Adam), so that early on every value counts alike.

    Args:
        half_life: after how many further values a value counts half; above 0.

    >>> mean = FadingMean(half_life=100)
    >>> for value in (1.0, 2.0, 3.0):
    ...     mean.learn(value)
    >>> round(mean.value, 2)
    2.0
    """

    __slots__ = ("_mean", "_rate", "weight")

    def __init__(self, half_life: float) -> None:
        self._rate = rate_of(half_life)
        self._mean = EWMean(self._rate)
        self._mean.update(0.0)
        self.weight = 0.0  # 0 knows nothing, towards 1 as values come

    @property
    def value(self) -> float:
        """The mean; 0.0 as long as nothing came."""
        return self._mean.get() / self.weight if self.weight else 0.0

    def learn(self, value: float) -> None:
        """Takes in the next value."""
        self._mean.update(value)
        self.weight += self._rate * (1.0 - self.weight)

    def move_to(self, value: float) -> None:
        """Forgets all and takes ``value`` for certain."""
        self._mean = EWMean(self._rate)
        self._mean.update(value)  # River takes the first value as it is
        self.weight = 1.0

    def numbers(self) -> list[float]:
        """All it remembers, for a saved state: two numbers."""
        return [self._mean.get(), self.weight]

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not two finite numbers with a weight that points can give.
        """
        mean, weight = finite(numbers, 2)
        if weight != 0 and not self._rate * _ROUNDED <= weight <= 1.0:
            raise StateError(f"a weight of {weight} is none between {self._rate} and 1")
        self.move_to(mean)
        self.weight = weight


def finite(numbers: list[float], count: int) -> list[float]:
    """The numbers themselves, if there are ``count`` and all are finite and of a possible size.

    Raises:
        StateError: if not.
    """
    if len(numbers) != count or not all(abs(number) < _LARGEST for number in numbers):
        raise StateError(f"expected {count} finite numbers, found {len(numbers)}")
    return numbers


def no_negative(pairs: list[list[float]]) -> list[list[float]]:
    """The numbers of means themselves, if they are means of what is never below zero.

    Raises:
        StateError: if not.
    """
    if any(pair and pair[0] < 0 for pair in pairs):
        raise StateError("a mean of distances is below zero")
    return pairs
