"""A mean that forgets: River's exponentially weighted mean, freed of the weight of its first value.

River's ``EWMean`` begins with its first value at full weight, which a long half-life then keeps for days.
Here a mean is divided by the weight of all that came, ``1 - (1 - rate)^n`` (the correction of Kingma and Ba's
Adam), so that early on every value counts alike. A live series has a hundred of these means. As River objects
they took 35 KB, so they are pairs of numbers in a vector, the mean and its weight; that River agrees is held by
a test.
"""

from array import array
from functools import cache

from detectors.errors import StateError

LARGEST = 1e101  # no amount, nor its root, is larger


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


def learn(numbers: "array[float]", place: int, value: float, rate: float) -> None:
    """Takes a value into the mean at a place of a vector; its weight, 0 for no value yet, stands behind it.

    >>> numbers = array("d", [0.0, 0.0])
    >>> for value in (1.0, 2.0, 3.0):
    ...     learn(numbers, 0, value, rate_of(100))
    >>> round(numbers[0], 2)
    2.0
    """
    weight = numbers[place + 1]
    weight += rate * (1.0 - weight)
    numbers[place + 1] = weight
    mean = numbers[place]
    numbers[place] = mean + (value - mean) * (rate / weight)


def finite(numbers: list[float], count: int) -> list[float]:
    """The numbers themselves, if there are ``count`` and all are finite and of a possible size.

    Raises:
        StateError: if not.
    """
    if len(numbers) != count or not all(abs(number) < LARGEST for number in numbers):
        raise StateError(f"expected {count} finite numbers, found {len(numbers)}")
    return numbers
