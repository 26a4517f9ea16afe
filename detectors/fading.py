"""A mean that forgets: River's exponentially weighted mean, freed of the weight of its first value.

A live series has a hundred of these means. As River objects they took 35 KB, so they are kept as plain
numbers and take River's step by `faded`; that both agree to the last bit is held by a test.
"""

from functools import cache

from detectors.errors import StateError

_ROUNDED = 1.0 - 1e-9
_LARGEST = 1e101  # no amount, nor its root, is larger


@cache  # one number for all series: there are a few dozen half-lives
def rate_of(half_life: float) -> float:
    """The fading factor with which a value counts half after ``half_life`` further ones."""
    return float(1.0 - 0.5 ** (1.0 / half_life))


def faded(mean: float, value: float, rate: float) -> float:
    """The mean after a further value: what ``river.stats.EWMean(rate).update`` makes of it.

    >>> faded(3.0, 5.0, rate=0.5)
    4.0
    """
    return rate * value + (1.0 - rate) * mean


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
        self._mean = 0.0
        self.weight = 0.0  # 0 knows nothing, towards 1 as values come

    @property
    def value(self) -> float:
        """The mean; 0.0 as long as nothing came."""
        return self._mean / self.weight if self.weight else 0.0

    def learn(self, value: float) -> None:
        """Takes in the next value."""
        self._mean = faded(self._mean, value, self._rate)
        self.weight += self._rate * (1.0 - self.weight)

    def move_to(self, value: float) -> None:
        """Forgets all and takes ``value`` for certain."""
        self._mean = value
        self.weight = 1.0

    def numbers(self) -> list[float]:
        """All it remembers, for a saved state: two numbers."""
        return [self._mean, self.weight]

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not two finite numbers with a weight that points can give.
        """
        self._mean, self.weight = weighted(numbers, self._rate)


def weighted(numbers: list[float], rate: float) -> list[float]:
    """The two numbers of a fading mean themselves, if points can have given them.

    Raises:
        StateError: if they are not two finite numbers with a weight of 0 or between the rate and 1.
    """
    weight = finite(numbers, 2)[1]
    if weight != 0 and not rate * _ROUNDED <= weight <= 1.0:
        raise StateError(f"a weight of {weight} is none between {rate} and 1")
    return numbers


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
