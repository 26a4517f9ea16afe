"""Detection thresholds, by team, service, environment, charge kind and source."""

from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, field_validator

from config.base import Frozen, Number, Text
from config.durations import Seconds
from config.glob import glob_matches
from config.money import Money
from config.names import unique_names
from config.sources import SourceName

ChargeKind = Literal["usage", "recurring", "purchase", "tax", "credit", "adjustment"]
Sensitivity = Literal["low", "normal", "high"]


class Matcher(Frozen):
    """Which series are meant; what is left out matches all. ``*`` stands for any characters.

    Case makes no difference. ``environment: ""`` means series of which nothing says the environment.
    """

    source: str = Field(default="*", description="billing or usage", examples=["usage"])
    team: str = Field(default="*", description="owning team", examples=["search"])
    service: str = Field(default="*", description="service", examples=["Amazon*"])
    environment: str = Field(
        default="*", description='environment; "" where nothing says which', examples=["dev*"]
    )
    charge_kind: str = Field(
        default="*",
        description="usage, recurring, purchase, tax, credit or adjustment",
        examples=["tax"],
    )

    @field_validator("source")
    @classmethod
    def _some_source(cls, pattern: str) -> str:
        return _some(pattern, get_args(SourceName))

    @field_validator("charge_kind")
    @classmethod
    def _some_charge_kind(cls, pattern: str) -> str:
        return _some(pattern, get_args(ChargeKind))


def _some(pattern: str, names: tuple[str, ...]) -> str:
    if not any(glob_matches(pattern, name) for name in names):
        msg = f"{pattern!r} matches nothing; write one of {', '.join(names)}, or a pattern with *"
        raise ValueError(msg)
    return pattern


_SENSITIVITY = (
    "how much is unusual: low, normal or high; a series of steady spend by the hour has about one false alarm "
    "in half a year at normal, in two weeks at high, none at low; one by five minutes or with heavy tails up to "
    "two, four and one a week"
)


class ThresholdChanges(Frozen):
    """What an override sets; what is left out stays as it was."""

    enabled: bool | None = Field(default=None, description="false: never an anomaly")
    sensitivity: Sensitivity | None = Field(
        default=None, description=_SENSITIVITY, examples=["low"]
    )
    score: Number | None = Field(
        default=None, gt=0, description="score from which a point is anomalous", examples=[1.5]
    )
    min_impact: Money | None = Field(
        default=None, description="money beyond forecast, added up over the anomaly", examples=[5]
    )
    min_impact_per_day: Money | None = Field(
        default=None, description="money beyond forecast at this pace, per 24 hours", examples=[50]
    )
    min_change_percent: Number | None = Field(
        default=None, ge=0, description="deviation in percent of the forecast", examples=[20]
    )
    resolve_after: Seconds | None = Field(
        default=None,
        description="event time without an anomalous point after which it is over",
        examples=["6h"],
    )


class Override(Frozen):
    """Changes for the series that match. All that match are applied, in order."""

    name: Text = Field(
        description="name of the override, once in the list; alerts cite it",
        examples=["dev-is-noisy"],
    )
    match: Matcher = Field(
        description="series that are meant; what is left out matches all",
        examples=[{"team": "search"}],
    )
    set: ThresholdChanges = Field(
        description="thresholds that change; the others stay", examples=[{"sensitivity": "low"}]
    )


class Thresholds(Frozen):
    """When a deviation becomes an anomaly. All conditions must hold."""

    enabled: bool = Field(default=True, description="false: the series is never an anomaly")
    sensitivity: Sensitivity = Field(default="normal", description=_SENSITIVITY, examples=["low"])
    score: Number = Field(
        default=1.0, gt=0, description="score from which a point is anomalous", examples=[1.5]
    )
    min_impact: Money = Field(
        default=Decimal(1),
        description="money beyond forecast, added up over the anomaly, in the billing currency",
        examples=[5],
    )
    min_impact_per_day: Money = Field(
        default=Decimal(10),
        description="money beyond forecast at this pace, per 24 hours, in the billing currency",
        examples=[50],
    )
    min_change_percent: Number = Field(
        default=20.0,
        ge=0,
        description="deviation from forecast in percent of the forecast",
        examples=[20],
    )
    resolve_after: Seconds = Field(
        default=6 * 3600,
        description="event time without an anomalous point after which it is over",
        examples=["6h"],
    )


class Detection(Frozen):
    """Defaults and the overrides to them."""

    defaults: Thresholds = Field(default=Thresholds(), description="thresholds of every series")
    overrides: Annotated[tuple[Override, ...], AfterValidator(unique_names)] = Field(
        default=(), description="all that match a series are applied, in order; later ones win"
    )
