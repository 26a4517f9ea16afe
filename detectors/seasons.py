"""Where in the day a bucket lies: the slots of the profiles.

Slots are whole hours, also for finer buckets: 288 five-minute slots would cost 288 means a series and
learn each of them from one point a day. Between the middles of two hours a profile is interpolated.
"""

HOUR = 3600
DAY = 86_400

_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday; Monday is 0


def weekday_of(day: int) -> int:
    """Day of the week, Monday 0, of a day since the epoch.

    >>> weekday_of(0)  # a Thursday
    3
    """
    return (day + _EPOCH_WEEKDAY) % 7


def neighbours(time: int, step: int) -> tuple[int, int, float]:
    """The two hours between whose middles the middle of a bucket lies, and the weight of the later.

    Args:
        time: start of the bucket, in epoch seconds.
        step: its length in seconds; from one hour on the bucket's own hour is taken alone.

    >>> neighbours(0, 3600)
    (0, 0, 0.0)
    >>> neighbours(3600 + 2700, 1800)  # its middle, 02:00, is as far from 01:30 as from 02:30
    (1, 2, 0.5)
    """
    if step >= HOUR:
        hour = time // HOUR
        return hour, hour, 0.0
    hour, seconds = divmod(time + step // 2 - HOUR // 2, HOUR)
    return hour, hour + 1, seconds / HOUR
