"""Tariffs: the rates of a model by the length of its input, and what usage costs by them, exact."""

from decimal import Context, Decimal
from typing import NamedTuple, TypeAlias

from stream.charge import Usage
from stream.rates import TokenRates

_TOO_LARGE = 1 << 63
_MOST_DIGITS = 40  # decimal places of a rate that is made a whole number
_EXACT = Context(prec=128)
_ZERO = Decimal(0)


class Rates(NamedTuple):
    """USD a single token and a single request. None: the price list does not price it."""

    input: Decimal | None
    cache_read: Decimal | None
    cache_write: Decimal | None
    output: Decimal | None
    request: Decimal | None


class WholeRates(NamedTuple):
    """Rates as multiples of ten to ``exponent``: adding up whole numbers takes a fifth of the time of decimals."""

    exponent: int
    input: int
    cache_read: int
    cache_write: int
    output: int
    request: int

    def token_rates(self) -> TokenRates | None:
        """What travels of them; None where no price is known, or a number is too large for a message."""
        if self is UNPRICED or max(self.input, self.output, self.request) >= _TOO_LARGE:
            return None
        return TokenRates(self.exponent, self.input, self.output, self.request)


class Priced(NamedTuple):
    """A charge's cost, and the rates that make it up; None where there are none, as it brought its cost."""

    cost: Decimal
    rates: TokenRates | None = None


class WholeTariff(NamedTuple):
    """Rates of several bands in one unit: ten to ``exponent``. The bands go from the highest down to that of all."""

    exponent: int
    above: tuple[int, ...]  # input tokens of a request, by band
    rates: tuple[WholeRates, ...]

    def of(self, tokens: int, requests: int) -> WholeRates:
        """The rates of requests of so many input tokens together."""
        if len(self.rates) == 1:
            return self.rates[0]
        length = tokens / max(requests, 1)
        return next(
            rates for above, rates in zip(self.above, self.rates, strict=True) if length > above
        )


class Band(NamedTuple):
    """The rates of requests with more than ``above`` input tokens."""

    above: int
    rates: Rates
    whole: WholeRates | None

    def priced(self, usage: Usage) -> Priced | None:
        """What usage costs; None where tokens were used and nothing of it has a rate."""
        if self.whole is not None:
            return Priced(_whole_cost(self.whole, usage), self.whole.token_rates())
        cost = _cost(self.rates, usage)
        return None if cost is None else Priced(cost)


UNPRICED = WholeRates(0, 0, 0, 0, 0, 0)
"""The rates of what no price is known for."""

UNPRICED_TARIFF = WholeTariff(0, (-1,), (UNPRICED,))

Tariff: TypeAlias = tuple[Band, ...]  # from the highest band down to the one above -1 tokens


def band_of(above: int, rates: Rates) -> Band:
    """The rates of requests with more than ``above`` input tokens, in whole numbers too where they have such."""
    return Band(above, rates, _whole_rates(rates))


def _whole_rates(rates: Rates) -> WholeRates | None:
    """None where `_cost` has to look at what has no rate, or where rates have very many digits."""
    if rates.input is None or rates.output is None:
        return None
    known = [Decimal(0) if rate is None else rate for rate in rates]
    finest = min(int(rate.as_tuple().exponent) for rate in known)
    if finest < -_MOST_DIGITS:
        return None
    each = [int(rate.scaleb(-finest, _EXACT)) for rate in known]
    return WholeRates(finest, *each)


def whole_tariff(tariff: Tariff) -> WholeTariff | None:
    """All bands in one unit; None where a band has no whole numbers."""
    bands = [band.whole for band in tariff if band.whole is not None]
    if len(bands) != len(tariff):
        return None
    finest = min(rates.exponent for rates in bands)
    rates = (
        WholeRates(finest, *(rate * 10 ** (exponent - finest) for rate in each))
        for exponent, *each in bands
    )
    return WholeTariff(finest, tuple(band.above for band in tariff), tuple(rates))


def _whole_cost(rates: WholeRates, usage: Usage) -> Decimal:
    read, write = usage.cache_read_tokens, usage.cache_write_tokens
    total = (usage.input_tokens - read - write) * rates.input + usage.output_tokens * rates.output
    total += read * rates.cache_read + write * rates.cache_write + usage.requests * rates.request
    return Decimal(total).scaleb(rates.exponent, _EXACT) if total else _ZERO


def _cost(rates: Rates, usage: Usage) -> Decimal | None:
    """What is used times its rate; None where tokens were used and nothing of it has a rate."""
    read, write = usage.cache_read_tokens, usage.cache_write_tokens
    total: Decimal | None = None
    for count, rate in (
        (usage.input_tokens - read - write, rates.input),
        (read, rates.cache_read),
        (write, rates.cache_write),
        (usage.output_tokens, rates.output),
        (usage.requests, rates.request),
    ):
        if count and rate is not None:
            total = count * rate if total is None else total + count * rate
    if total is None and not usage.input_tokens and not usage.output_tokens:
        return Decimal(0)
    return total
