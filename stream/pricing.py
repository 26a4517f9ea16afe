"""Prices of metered AI usage: the config's overrides first, then the list bundled with `genai-prices`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import NamedTuple

from genai_prices.data_snapshot import DataSnapshot, get_snapshot
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

from config.glob import glob_matches
from config.pricing import PriceOverride, Pricing, UnitPrice
from stream.charge import Charge, Dimensions
from stream.tariff import UNPRICED_TARIFF, Priced, Rates, Tariff, WholeTariff, band_of, whole_tariff

SLOT = 900  # s; the list has prices by day and by time of day, which change on a quarter of an hour
_MOST_RATES = 8_192  # remembered; more models and slots than that are looked up again
_THOUSAND = Decimal(1000)
_MILLION = Decimal(1_000_000)
_EXACT = Context(prec=160)


class _Known(NamedTuple):
    """The tariff of a model in a slot of time; None where no price is known."""

    tariff: Tariff | None
    whole: WholeTariff | None


class Pricer:
    """Knows what a charge's usage costs. It uses no network: prices are as new as the installed package.

    Args:
        pricing: overrides, of which the first that matches counts.
        snapshot: the price list; None takes the one of `genai-prices`.
    """

    def __init__(self, pricing: Pricing, snapshot: DataSnapshot | None = None) -> None:
        self._overrides: list[tuple[str, str, Tariff]] = [
            (one.provider, one.model, (band_of(-1, _override_rates(one)),))
            for one in pricing.overrides
        ]
        self._units = pricing.units
        self._snapshot = get_snapshot() if snapshot is None else snapshot
        self._models: dict[tuple[str, str], ModelInfo | Tariff | None] = {}
        self._tariffs: dict[tuple[str, str, int], _Known] = {}

    def priced(self, charge: Charge) -> Priced | None:
        """The cost that the charge brings, or else that of its usage, as `price` tells it, with its rates."""
        if charge.cost is not None:
            return Priced(charge.cost)
        return self._price(charge)

    def price(self, charge: Charge) -> Decimal | None:
        """USD cost of the charge's usage or quantity, exact; None without either, or where no price is known.

        A model's price that rises with the length of its input is taken by the mean length, where
        one event stands for several requests.
        """
        priced = self._price(charge)
        return None if priced is None else priced.cost

    def _price(self, charge: Charge) -> Priced | None:
        usage = charge.usage
        if usage is None:
            return _by_unit(self._units, charge)
        tariff = self._known(charge.dimensions, charge.time).tariff
        if tariff is None:
            return None
        band = tariff[0]
        if len(tariff) > 1:
            length = usage.input_tokens / max(usage.requests, 1)
            band = next(band for band in tariff if length > band.above)
        return band.priced(usage)

    def whole_tariff(self, dimensions: Dimensions, time: int) -> WholeTariff | None:
        """The rates that hold from the start of the time's `SLOT` to its end, in whole numbers.

        None if they are none: then `price` must be asked. Where no price is known they are `UNPRICED`.
        """
        return self._known(dimensions, time).whole

    def _known(self, dimensions: Dimensions, time: int) -> _Known:
        key = (dimensions.provider, dimensions.model, time // SLOT)
        try:
            return self._tariffs[key]
        except KeyError:
            return self._look_up(key)

    def _look_up(self, key: tuple[str, str, int]) -> _Known:
        provider, name, slot = key
        if len(self._tariffs) >= _MOST_RATES:
            self._tariffs.clear()
            self._models.clear()
        if (provider, name) not in self._models:
            self._models[provider, name] = self._find(provider, name)
        model = self._models[provider, name]
        if isinstance(model, ModelInfo):
            model = _tariff(model.get_prices(datetime.fromtimestamp(slot * SLOT, tz=UTC)))
        known = _Known(model, UNPRICED_TARIFF if model is None else whole_tariff(model))
        self._tariffs[key] = known
        return known

    def _find(self, provider: str, name: str) -> ModelInfo | Tariff | None:
        for providers, models, tariff in self._overrides:
            if glob_matches(providers, provider) and glob_matches(models, name):
                return tariff
        for model, provider_id in _references(provider, name):
            try:
                return self._snapshot.find_provider_model(model, None, provider_id, None)[1]
            except LookupError:
                continue
        return None


def _by_unit(units: Sequence[UnitPrice], charge: Charge) -> Priced | None:
    """What a quantity costs by the first of the prices that matches."""
    if charge.quantity is None:
        return None
    provider, sku = charge.dimensions.provider, charge.dimensions.sku or charge.dimensions.service
    for one in units:
        if (
            glob_matches(one.sku, sku)
            and glob_matches(one.provider, provider)
            and glob_matches(one.unit, charge.unit)
        ):
            return Priced(_EXACT.multiply(charge.quantity, one.per_unit))
    return None


def _references(provider: str, name: str) -> list[tuple[str, str | None]]:
    """How the price list may know a model, best first: its provider's, a prefix's, anybody's."""
    if not name:
        return []
    found: list[tuple[str, str | None]] = [(name, provider)] if provider else []
    prefix, slash, bare = name.rpartition("/")
    if slash:
        found += [(bare, provider)] if provider else []
        found += [(bare, prefix.rpartition("/")[2])]
    found.append((name, None))
    if slash:
        found.append((bare, None))
    return found


def _override_rates(override: PriceOverride) -> Rates:
    read, write = override.cache_read_per_million, override.cache_write_per_million
    return Rates(
        input=override.input_per_million / _MILLION,
        cache_read=(override.input_per_million if read is None else read) / _MILLION,
        cache_write=(override.input_per_million if write is None else write) / _MILLION,
        output=override.output_per_million / _MILLION,
        request=override.per_request,
    )


def _tariff(price: ModelPrice) -> Tariff:
    """The bands of a model's price. As in the list, a band's rates are those of *all* its tokens."""
    prices = (price.input_mtok, price.cache_read_mtok, price.cache_write_mtok, price.output_mtok)
    starts = {
        tier.start
        for one in (*prices, price.requests_kcount)
        if isinstance(one, TieredPrices)
        for tier in one.tiers
    }
    return tuple(
        band_of(above, _rates(price, above)) for above in sorted({-1, *starts}, reverse=True)
    )


def _rates(price: ModelPrice, above: int) -> Rates:
    """Cached tokens without a price of their own are input like any other."""
    tokens = _at(price.input_mtok, above)
    read, write = _at(price.cache_read_mtok, above), _at(price.cache_write_mtok, above)
    output, requests = _at(price.output_mtok, above), _at(price.requests_kcount, above)
    return Rates(
        input=_each(tokens, _MILLION),
        cache_read=_each(tokens if read is None else read, _MILLION),
        cache_write=_each(tokens if write is None else write, _MILLION),
        output=_each(output, _MILLION),
        request=_each(requests, _THOUSAND),
    )


def _at(price: Decimal | TieredPrices | None, above: int) -> Decimal | None:
    if not isinstance(price, TieredPrices):
        return price
    return next((tier.price for tier in reversed(price.tiers) if above >= tier.start), price.base)


def _each(price: Decimal | None, per: Decimal) -> Decimal | None:
    return None if price is None else price / per
