"""How rare an anomaly is on its series, in words."""

from typing import Final

_DAILY: Final = 1.5  # days; more often than every other day
_DIGITS: Final = 2  # of a number of days: it is an estimate


def rareness(once_in_days: float | None, never_in_days: float | None) -> str | None:
    """``once in about 40 days``, ``never before in 23 days``; None where nothing is known.

    >>> rareness(41.7, None), rareness(1.2, None), rareness(None, 23.4)
    ('once in about 42 days', 'about daily', 'never before in 23 days')
    """
    if once_in_days is not None:
        if once_in_days < _DAILY:
            return "about daily" if once_in_days > 1 / _DAILY else "several times a day"
        return f"once in about {_days(once_in_days)}"
    if never_in_days is not None:
        return f"never before in {never_in_days:,.0f} days"
    return None


def _days(days: float) -> str:
    """Two digits, without an exponent."""
    whole = round(days)
    return f"{round(whole, _DIGITS - len(str(whole))):,} days"
