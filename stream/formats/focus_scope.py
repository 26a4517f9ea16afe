"""The scope of a FOCUS row: which of a provider's bills it belongs to, which a later export replaces."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from stream.formats.refused import RefusedError
from stream.formats.text import Scalar, name_of
from stream.formats.times import parse_time

_DAY: Final = 86_400
_LONGEST: Final = 64  # characters of a time; what is longer must not be remembered


def scope_of(provider: str, account: Scalar, period: Scalar, time: int) -> str:
    """Provider, billing account and first day of the billing period, such as ``AWS|1234|2025-04-01``.

    Args:
        provider: as the charge has it.
        account: ``BillingAccountId``.
        period: ``BillingPeriodStart``; where it is missing or no time, the month of the charge is taken.
        time: the charge's, in epoch seconds.

    Raises:
        RefusedError: ``text_too_long``, as for all names.
    """
    named = account if type(account) is str else name_of("BillingAccountId", account)
    if type(period) is str and len(period) <= _LONGEST:
        return _of_period(provider, named, period) or _of_month(provider, named, time // _DAY)
    return _of_month(provider, named, time // _DAY)


@lru_cache(maxsize=4096)
def _of_period(provider: str, account: str, period: str) -> str:
    try:
        start = datetime.fromtimestamp(parse_time("BillingPeriodStart", period), UTC)
    except RefusedError:
        return ""
    return _text(provider, account, f"{start:%Y-%m-%d}")


@lru_cache(maxsize=4096)
def _of_month(provider: str, account: str, day: int) -> str:
    return _text(provider, account, f"{datetime.fromtimestamp(day * _DAY, UTC):%Y-%m-01}")


def _text(provider: str, account: str, period: str) -> str:
    parts = (provider, name_of("BillingAccountId", account))
    escaped = (part.replace("%", "%25").replace("|", "%7C") for part in parts)
    return "|".join((*escaped, period))
