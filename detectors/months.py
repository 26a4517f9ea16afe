"""Calendar months as spans of days since the epoch (UTC)."""

from datetime import date
from functools import lru_cache
from typing import Final

EPOCH_DAY: Final = 719_163  # ordinal of 1 January 1970
_LAST: Final = date.max.toordinal() - EPOCH_DAY - 62  # no day is later: its next month must exist


@lru_cache(maxsize=1024)  # all series share their days
def month_of(day: int) -> tuple[int, int]:
    """First day of the month that a day lies in, and first day of the next one.

    Args:
        day: since the epoch; beyond the calendar's end, its last months are given.

    >>> month_of(0), month_of(59)
    ((0, 31), (59, 90))
    """
    here = date.fromordinal(EPOCH_DAY + min(max(day, 0), _LAST))
    first = here.replace(day=1)
    following = date(here.year + here.month // 12, here.month % 12 + 1, 1)
    return first.toordinal() - EPOCH_DAY, following.toordinal() - EPOCH_DAY
