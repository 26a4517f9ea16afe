"""Numbers of a chart, in the room that its edge has."""

import math
from typing import Final

_UNITS: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_ROUNDS_UP: Final = 0.9995  # of a unit: three digits of it would be four
_TENTH: Final = 0.0995
_HUNDREDTH: Final = 0.00995
_NEXT_TO_NOTHING: Final = 1e-9
_LARGEST: Final = 9.99e14


def finite(value: float) -> float:
    """The value, as far as a chart can show it; nothing for what is no number."""
    return max(-_LARGEST, min(_LARGEST, value)) if math.isfinite(value) else 0.0


def compact(value: float) -> str:
    """About two digits of a number up to 999 T, in at most four characters and a sign.

    >>> [compact(one) for one in (0.0, 0.0123, 0.3, 9.0, 12.3, 1234.0, 250_000.0)]
    ['0', '.012', '0.30', '9', '12', '1.2k', '250k']
    """
    size = abs(value)
    for scale, unit in _UNITS:
        if size >= scale * _ROUNDS_UP:
            return _digits(value / scale) + unit
    if size >= _TENTH:
        return _digits(value).removesuffix(".0")
    if size >= _HUNDREDTH:
        return f"{value:.3f}".replace("0.", ".")
    return f"{value:.0e}".replace("e-0", "e-") if size >= _NEXT_TO_NOTHING else "0"


def _digits(value: float) -> str:
    size = abs(value)
    return f"{value:.{0 if size >= 9.95 else 1 if size >= 0.995 else 2}f}"
