"""Prices: those of `genai-prices`, exact, after the config's own."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest
from genai_prices import Usage as ListedUsage
from genai_prices import calc_price
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import TimeOfDateConstraint

from config.pricing import PriceOverride, Pricing
from stream.charge import Charge, Dimensions, Usage
from stream.pricing import Pricer
from stream.tariff import UNPRICED

SEPTEMBER_2025 = 1758000000
CACHED = Usage(
    requests=1,
    input_tokens=10_000,
    cache_read_tokens=6_000,
    cache_write_tokens=1_000,
    output_tokens=500,
)
LISTED = [
    (provider.id, model.id) for provider in get_snapshot().providers for model in provider.models
]


def _charge(
    provider: str, model: str, usage: Usage | None = CACHED, at: int = SEPTEMBER_2025
) -> Charge:
    return Charge(
        charge_id="1",
        time=at,
        cost=None,
        dimensions=Dimensions(
            currency="USD",
            service="llm",
            charge_kind="usage",
            provider=provider,
            model=model,
        ),
        usage=usage,
    )


def _listed(provider: str | None, model: str, usage: Usage, at: int = SEPTEMBER_2025) -> Decimal:
    """What the package itself says."""
    return calc_price(
        ListedUsage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=usage.cache_read_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            output_tokens=usage.output_tokens,
        ),
        model,
        provider_id=provider,
        genai_request_timestamp=datetime.fromtimestamp(at, tz=UTC),
    ).total_price


@pytest.mark.parametrize(
    "usage",
    [
        Usage(input_tokens=1_000, output_tokens=50),
        CACHED,
        Usage(input_tokens=200_000, output_tokens=1),
        Usage(input_tokens=200_001, cache_read_tokens=150_000, output_tokens=1),
        Usage(input_tokens=1_500_000, cache_write_tokens=3, output_tokens=9),
    ],
)
@pytest.mark.parametrize("at", [1_717_000_000, SEPTEMBER_2025, SEPTEMBER_2025 + 10 * 3600])
def test_every_listed_model_costs_what_the_list_says(usage: Usage, at: int) -> None:
    """All models of the list, cached tokens and long inputs too, cost to the last digit what it says."""
    pricer = Pricer(Pricing())
    differing = {}
    for provider, model in LISTED:
        try:
            listed = _listed(provider, model, usage, at)
        except LookupError:  # some listed names do not match their own rule
            continue
        ours = pricer.price(_charge(provider, model, usage, at))
        if ours != (listed or ours):
            differing[provider, model] = (ours, listed)

    assert differing == {}


def test_prices_change_on_a_quarter_of_an_hour() -> None:
    """Prices by time of day start and end on the quarters of an hour that rates are kept for."""
    moments = {
        moment
        for provider in get_snapshot().providers
        for model in provider.models
        if isinstance(model.prices, list)
        for one in model.prices
        if isinstance(one.constraint, TimeOfDateConstraint)
        for moment in (one.constraint.start_time, one.constraint.end_time)
    }

    assert all((moment.minute % 15, moment.second) == (0, 0) for moment in moments | {time(0, 0)})


@pytest.mark.parametrize(
    ("provider", "model", "like"),
    [
        ("", "gpt-4o", ("openai", "gpt-4o")),
        ("", "openai/gpt-4o", ("openai", "gpt-4o")),
        ("openai", "openai/gpt-4o", ("openai", "gpt-4o")),
        ("litellm", "openai/gpt-4o", ("openai", "gpt-4o")),
        ("own-gateway", "gpt-4o-2024-08-06", ("openai", "gpt-4o")),
        ("", "azure/gpt-4o", ("azure", "gpt-4o")),
        ("OpenAI", "GPT-4o", ("openai", "gpt-4o")),
        (
            "aws.bedrock",
            "anthropic.claude-3-5-sonnet-20240620-v1:0",
            ("aws", "anthropic.claude-3-5-sonnet-20240620-v1:0"),
        ),
        ("gcp.gemini", "gemini-2.5-pro", ("google", "gemini-2.5-pro")),
    ],
)
def test_names_of_models(provider: str, model: str, like: tuple[str, str]) -> None:
    """Prefixes, dates and other names of providers lead to the same price."""
    assert Pricer(Pricing()).price(_charge(provider, model)) == _listed(*like, CACHED)


@pytest.mark.parametrize(
    ("provider", "model", "usage"),
    [
        ("openai", "no-such-model", CACHED),
        ("nobody", "no-such-model", CACHED),
        ("ollama", "llama3", CACHED),
        ("openai", "", CACHED),
        ("", "", CACHED),
        ("openai", "gpt-4o", None),
    ],
)
def test_unknown_price_is_none(provider: str, model: str, usage: Usage | None) -> None:
    """Without a price there is no cost, which is not a cost of zero."""
    assert Pricer(Pricing()).price(_charge(provider, model, usage)) is None


def test_tokens_that_the_list_does_not_price_are_unknown() -> None:
    """A model listed only by the hour of audio has no price for its tokens."""
    assert _listed("groq", "whisper-large-v3", CACHED) == 0
    assert Pricer(Pricing()).price(_charge("groq", "whisper-large-v3")) is None


def test_nothing_used_costs_nothing() -> None:
    """A failed request of a known model costs zero."""
    assert Pricer(Pricing()).price(_charge("openai", "gpt-4o", Usage())) == 0


def test_long_input_is_told_by_request() -> None:
    """Many short requests in one event are not priced as one long one."""
    many = Usage(requests=100, input_tokens=1_000_000, output_tokens=1_000)
    one = Usage(requests=1, input_tokens=10_000, output_tokens=10)
    pricer = Pricer(Pricing())

    total = pricer.price(_charge("anthropic", "claude-sonnet-4-5", many))

    assert total == 100 * _listed("anthropic", "claude-sonnet-4-5", one)
    assert total is not None
    assert total < _listed("anthropic", "claude-sonnet-4-5", many)


def _override(**changes: object) -> PriceOverride:
    fields = {"model": "gpt-4o*", "input_per_million": 2, "output_per_million": 8, **changes}
    return PriceOverride.model_validate(fields)


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        (_override(), "0.024"),
        (_override(cache_read_per_million="0.5"), "0.015"),
        (_override(cache_read_per_million=0, cache_write_per_million=3), "0.013"),
        (_override(per_request="0.01"), "0.034"),
        (_override(input_per_million=0, output_per_million=0), "0"),
        (_override(provider="OpenAI"), "0.024"),
    ],
)
def test_override(override: PriceOverride, expected: str) -> None:
    """A price of one's own counts before the list; cached tokens cost as input where it says no more."""
    pricer = Pricer(Pricing(overrides=(override,)))

    assert pricer.price(_charge("openai", "GPT-4o-mini")) == Decimal(expected)


@pytest.mark.parametrize("override", [_override(model="gpt-5*"), _override(provider="azure")])
def test_override_of_another_model(override: PriceOverride) -> None:
    """An override of another model or provider leaves the list's price."""
    pricer = Pricer(Pricing(overrides=(override,)))

    assert pricer.price(_charge("openai", "gpt-4o")) == _listed("openai", "gpt-4o", CACHED)


def test_first_override_wins() -> None:
    """Of several overrides that match, the first counts."""
    pricer = Pricer(Pricing(overrides=(_override(), _override(input_per_million=99))))

    assert pricer.price(_charge("openai", "gpt-4o")) == Decimal("0.024")


def test_requests_multiply_their_own_price_only() -> None:
    """Of an event for several requests only the price a request is multiplied; tokens are totals."""
    pricer = Pricer(Pricing(overrides=(_override(per_request="0.01"),)))

    assert pricer.price(_charge("openai", "gpt-4o", Usage(5, 10_000, 0, 0, 500))) == Decimal(
        "0.074"
    )


def test_a_price_of_its_day() -> None:
    """A charge costs what its model cost on its day, not what it costs now."""
    before = datetime(2025, 6, 9, tzinfo=UTC).timestamp()
    after = SEPTEMBER_2025
    pricer = Pricer(Pricing())

    old, new = (pricer.price(_charge("openai", "o3", CACHED, int(at))) for at in (before, after))

    assert (old, new) == (
        _listed("openai", "o3", CACHED, int(before)),
        _listed("openai", "o3", CACHED, after),
    )
    assert old != new


@pytest.mark.parametrize("tokens", [0, 128_000, 128_001, 200_000, 200_001, 1_000_000])
def test_whole_tariffs_price_as_decimals_do(tokens: int) -> None:
    """Every listed model, on both sides of the lengths at which prices rise, and at each hour of a day."""
    pricer = Pricer(Pricing())
    usage = Usage(2, 2 * tokens, tokens // 2, tokens // 4, 7)
    for number, (provider, model) in enumerate(LISTED):
        charge = _charge(provider, model, usage, SEPTEMBER_2025 + number % 24 * 3600)
        tariff = pricer.whole_tariff(charge.dimensions, charge.time)
        if tariff is None:
            continue
        rates = tariff.of(usage.input_tokens, usage.requests)
        read, write = usage.cache_read_tokens, usage.cache_write_tokens
        whole = (
            usage.input_tokens - read - write
        ) * rates.input + usage.output_tokens * rates.output
        whole += read * rates.cache_read + write * rates.cache_write + 2 * rates.request
        expected = None if rates is UNPRICED else Decimal(whole).scaleb(tariff.exponent)
        assert expected == pricer.price(charge), model
