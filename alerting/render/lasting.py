"""Lengths of time as people read them."""

from typing import Final

_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def lasting(seconds: int) -> str:
    """The two largest units of a length of time, the second only where it is not zero.

    >>> lasting(12_000), lasting(86_400), lasting(59), lasting(0)
    ('3 h 20 min', '1 d', '59 s', '0 s')
    """
    for at, (size, unit) in enumerate(_UNITS):
        whole, left = divmod(seconds, size)
        if not whole:
            continue
        smaller, small_unit = _UNITS[min(at + 1, len(_UNITS) - 1)]
        rest = left // smaller if smaller < size else 0
        return f"{whole:,} {unit}{f' {rest} {small_unit}' if rest else ''}"
    return "0 s"
