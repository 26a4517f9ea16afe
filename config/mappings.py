"""Mappings: formats of one's own, read without code. Which column is which field, and how it is written."""

from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, Field

from config.base import Frozen, Text, refused
from config.detection import ChargeKind
from config.names import unique_names
from config.sources import SourceName
from config.technology import Technology
from config.timezones import TimeZone

NAMES: Final = (
    *("provider", "service", "account", "billing_account", "region", "sku", "resource", "model"),
    *("api_key", "team", "environment", "kind", "technology", "currency", "unit"),
)
"""Fields that are text; they may be constants, too."""

AMOUNTS: Final = ("cost", "quantity", "price")
FIELDS: Final = ("time", "id", *AMOUNTS, *NAMES)
TAG: Final = "tags."

_WORDS: Final = {"kind": get_args(ChargeKind), "technology": get_args(Technology)}
_LONGEST_NAME: Final = 60


def known_field(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: if a charge has no such field.
    """
    if name in FIELDS or (name.startswith(TAG) and len(name) > len(TAG)):
        return name
    raise ValueError(
        f"{name!r} is no field of a charge; write one of {', '.join(FIELDS)}, tags.NAME"
    )


def _known_constant(name: str) -> str:
    if name in NAMES or (name.startswith(TAG) and len(name) > len(TAG)):
        return name
    raise ValueError(f"{name!r} cannot be a constant; write one of {', '.join(NAMES)}, tags.NAME")


class Lookup(Frozen):
    """Values of a field that mean others: ``4711`` is the team `search`."""

    field: Annotated[str, AfterValidator(_known_constant)] = Field(
        description="field whose values are looked up", examples=["team"]
    )
    values: dict[str, str] = Field(
        default={},
        description="value as it comes -> value that it means; case makes no difference",
        examples=[{"4711": "search"}],
    )
    file: Text | None = Field(
        default=None,
        description="CSV with the header `from,to` and more `values`, beside the rules",
        examples=["cost-centers.csv"],
    )
    otherwise: Literal["keep", "drop"] = Field(
        default="keep",
        description="what becomes of a value that is not listed: it stays, or the field is empty",
        examples=["drop"],
    )


class MappingRule(Frozen):
    """A flat format: rows of a CSV file, or JSON objects whose fields are no objects themselves."""

    name: Text = Field(
        description="name of the format, once in the list",
        max_length=_LONGEST_NAME,
        examples=["acme-invoices"],
    )
    source: SourceName = Field(
        default="billing", description="topic that it comes on", examples=["billing"]
    )
    recognise: tuple[Text, ...] = Field(
        min_length=1,
        description="columns that an event of it has, each filled, and no other format has together; case counts",
        examples=[["Invoice Line", "Net Amount"]],
    )
    columns: dict[Annotated[str, AfterValidator(known_field)], Text] = Field(
        description="field of the charge -> column that it stands in; `tags.NAME` is a tag",
        examples=[{"time": "Invoice Date", "cost": "Net Amount", "tags.project": "Project"}],
    )
    constants: dict[Annotated[str, AfterValidator(_known_constant)], Text] = Field(
        default={},
        description="field -> value of events whose column is empty, or that have none for it",
        examples=[{"currency": "EUR", "provider": "Acme"}],
    )
    cost_in: Literal["units", "cents", "thousandths", "micros"] = Field(
        default="units",
        description="what costs and prices are counted in: units of the currency, hundredths, thousandths or millionths",
        examples=["cents"],
    )
    price_per: Literal["one", "hundred", "thousand", "million"] = Field(
        default="one",
        description="how many of the quantity a price is for; where there is no cost, it is quantity times price",
        examples=["thousand"],
    )
    decimal: Literal["point", "comma"] = Field(
        default="point",
        description="`comma`: amounts are written 1.234,56; `point`: 1,234.56 or 1234.56",
        examples=["comma"],
    )
    time_as: Literal["iso", "day-first", "month-first", "compact", "month", "epoch"] = Field(
        default="iso",
        description="how times are written: `iso` 2026-12-31T08:00:00Z; `day-first` 31.12.2026 or 31/12/2026 08:00; "
        "`month-first` 12/31/2026; `compact` 20261231 or 20261231080000; `month` 2026-12; `epoch` seconds, milli-, "
        "micro- or nanoseconds",
        examples=["day-first"],
    )
    timezone: TimeZone = Field(
        default="UTC",
        description="IANA name of the time zone of times without an offset",
        examples=["Europe/Berlin"],
    )
    lookups: tuple[Lookup, ...] = Field(
        default=(), description="values that mean others, field by field"
    )


def _whole(rule: MappingRule) -> MappingRule:
    """Refuses a mapping whose events could be no charges."""
    given = {*rule.columns, *rule.constants}
    if "time" not in rule.columns:
        raise refused(
            "has no `time`; name the column of the start of the charge period", ("columns",)
        )
    if not given & {"cost", "quantity"}:
        raise refused(
            "has no `cost`; name its column, or those of `quantity` and `price`", ("columns",)
        )
    if "price" in given and "quantity" not in given:
        raise refused("has a `price` without a `quantity`; name its column", ("columns", "price"))
    if not given & {"service", "provider"}:
        raise refused(
            "says no `service`; name its column, or write it under `constants`", ("columns",)
        )
    if "currency" not in given:
        raise refused(
            "says no `currency`; name its column, or write it under `constants`", ("columns",)
        )
    for field, words in _WORDS.items():
        if rule.constants.get(field, words[0]) not in words:
            raise refused(f"write one of {', '.join(words)}", ("constants", field))
    for at, lookup in enumerate(rule.lookups):
        if lookup.field not in given:
            raise refused(
                "is a field that the mapping does not read; add its column",
                ("lookups", at, "field"),
            )
    return rule


def _reachable(rules: tuple[MappingRule, ...]) -> tuple[MappingRule, ...]:
    """Refuses a mapping whose events an earlier one takes."""
    for at, rule in enumerate(rules):
        for earlier in rules[:at]:
            if earlier.source == rule.source and set(earlier.recognise) <= set(rule.recognise):
                raise refused(
                    f"never matches: {earlier.name} takes all that has these columns; move it up, or name others",
                    (at, "recognise"),
                )
    return rules


Mappings = Annotated[
    tuple[Annotated[MappingRule, AfterValidator(_whole)], ...],
    AfterValidator(unique_names),
    AfterValidator(_reachable),
]
