"""Numbers of tokens and of requests: whole, and within reason."""

from stream.formats.refused import RefusedError, quoted

MOST = 10**15
"""Tokens or requests of one event; more is an error of its publisher."""

Count = int | float | str | None


def count_of(name: str, *values: Count) -> int | None:
    """The first count that is there; None if none is.

    Raises:
        RefusedError: ``bad_tokens`` for what is negative, beyond ``MOST`` or no whole number.
    """
    for value in values:
        if value is None:
            continue
        if type(value) is int and 0 <= value <= MOST:
            return value
        return _whole(name, value)
    return None


def _whole(name: str, value: float | str) -> int:
    """A count written as text (OTLP does) or as a float without a fraction."""
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= len(str(MOST))
    ):
        value = int(value)
    if isinstance(value, int | float) and 0 <= value <= MOST and value == int(value):
        return int(value)
    raise RefusedError(
        "bad_tokens", f"{name} is {quoted(value)}; write a whole number from 0 to 10^15"
    )
