"""Prices of models that differ from the public list: own contracts, own models."""

from decimal import Decimal

from pydantic import Field

from config.base import Frozen, Text
from config.money import Money


class PriceOverride(Frozen):
    """Price of one model in USD for a million tokens. ``*`` in ``model`` stands for any characters."""

    model: Text = Field(
        description="model; * stands for any characters", examples=["claude-sonnet-*"]
    )
    provider: str = Field(
        default="*", description="provider; * stands for any characters", examples=["anthropic"]
    )
    input_per_million: Money = Field(
        description="USD for a million input tokens that are not cached", examples=[3.00]
    )
    output_per_million: Money = Field(
        description="USD for a million output tokens, reasoning included", examples=[15.00]
    )
    cache_read_per_million: Money | None = Field(
        default=None,
        description="USD for a million input tokens read from a cache; left out: as input",
        examples=[0.30],
    )
    cache_write_per_million: Money | None = Field(
        default=None,
        description="USD for a million input tokens written to a cache; left out: as input",
        examples=[3.75],
    )
    per_request: Money = Field(
        default=Decimal(0), description="USD for each request, besides its tokens", examples=[0.01]
    )


class UnitPrice(Frozen):
    """Price of a unit of what comes without a cost, such as a credit or a DBU."""

    sku: Text = Field(
        description="SKU, or service where there is none; * stands for any characters",
        examples=["PREMIUM_JOBS_*"],
    )
    provider: str = Field(
        default="*", description="provider; * stands for any characters", examples=["databricks"]
    )
    unit: str = Field(
        default="*", description="unit; * stands for any characters", examples=["DBU"]
    )
    per_unit: Money = Field(description="USD for a unit", examples=[0.55])


class Pricing(Frozen):
    """Overrides in order; what none matches is priced from the list of `genai-prices`."""

    overrides: tuple[PriceOverride, ...] = Field(
        default=(), description="tried in order; the first that matches wins"
    )
    units: tuple[UnitPrice, ...] = Field(
        default=(),
        description="prices of units that come without a cost; tried in order, the first that matches wins",
    )
