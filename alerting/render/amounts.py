"""Money, factors and moments as people read them. Rounding here is for display only."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from alerting.money import MICRO, ZERO, quantized
from alerting.render.plain import plain
from alerting.rounding import CENT

_SIGNIFICANT: Final = 2  # digits of an amount below one
_MANY: Final = 1000  # from which on cents say nothing
_FORECAST: Final = 4  # digits of a forecast: more would promise too much


def money(amount: Decimal, currency: str) -> str:
    """``$1,234.56``, ``-EUR 0.05``: to the cent, half to even; below one to two significant digits.

    Amounts below a millionth are shown as less than that, never as nothing.
    """
    size = abs(amount)
    if ZERO < size < MICRO:
        return _amount(amount, MICRO, currency, "<")
    shown = quantized(size, _digit(size))
    if shown == quantized(shown, CENT):
        shown = quantized(shown, CENT)
    return _amount(amount, shown, currency)


def about(amount: Decimal, currency: str) -> str:
    """``$9,340``, ``$41.20``: a forecast, to four significant digits and at most to the cent."""
    size = abs(amount)
    digit = Decimal(1).scaleb(size.adjusted() - _FORECAST + 1) if size else CENT
    shown = quantized(quantized(size, max(digit, CENT)), Decimal(1) if digit >= 1 else CENT)
    return _amount(amount if shown else shown, shown, currency)


def cents(amount: Decimal, currency: str) -> str:
    """``$1,234.56``, always to the cent: for amounts that stand in a sum."""
    size = quantized(abs(amount), CENT)
    return _amount(amount if size else size, size, currency)


def _amount(signed: Decimal, size: Decimal, currency: str, bound: str = "") -> str:
    unit = "$" if currency == "USD" else f"{plain(currency, 12)} "
    return f"{'-' if signed < 0 else ''}{bound}{unit}{size:,f}"


def signed_money(amount: Decimal, currency: str) -> str:
    """The same with ``+`` before what is more than nothing."""
    return f"+{money(amount, currency)}" if amount > 0 else money(amount, currency)


def _digit(size: Decimal) -> Decimal:
    """The last digit to show."""
    if size == 0 or size >= 1:
        return CENT
    return max(MICRO, min(CENT, Decimal(1).scaleb(size.adjusted() - _SIGNIFICANT + 1)))


def brief(amount: Decimal, currency: str) -> str:
    """``$480.00``, ``$9,340``: for a glance. Beyond three digits before the point, without cents."""
    return about(amount, currency) if abs(amount) >= _MANY else money(amount, currency)


def signed_brief(amount: Decimal, currency: str) -> str:
    """The same with ``+`` before what is more than nothing."""
    return f"+{brief(amount, currency)}" if amount > 0 else brief(amount, currency)


def factor(actual: Decimal, expected: Decimal) -> str | None:
    """``3.1x``; None where there is nothing to compare with."""
    if expected <= 0 or actual < 0:
        return None
    return times(float(actual / expected))


def times(ratio: float) -> str:
    """``3.1x``, ``0.25x``, ``120x``; ``<0.01x`` for next to nothing."""
    if 0 < ratio < 0.01:
        return "<0.01x"
    if ratio >= 1e6:
        return ">1,000,000x"
    if ratio >= 100:
        return f"{ratio:,.0f}x"
    return f"{ratio:.2g}x" if ratio < 1 else f"{ratio:.1f}x"


def percent(share: float) -> str:
    """``+12 %``, ``0 %``, ``-100 %``; beyond what a reader can use, only that it is more."""
    if share >= 100:
        return ">+9,999 %"
    whole = round(share * 100)
    return f"{whole:+,} %" if whole else "0 %"


def moment(at: datetime) -> str:
    """A moment to the minute, with its zone."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
