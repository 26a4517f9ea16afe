"""Which anomalies a route means: patterns for labels, and matchers in Alertmanager's form."""

from functools import cached_property
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from config.base import Sparse, refused
from config.glob import glob_matches
from config.labels import LABELS, WORDS


def _patterns(value: object) -> object:
    """A pattern, or a list of them, as a tuple."""
    several = list(value) if isinstance(value, list | tuple) else [value]
    if not several:
        raise ValueError("is an empty list, which matches nothing; write a pattern or leave it out")
    return tuple(_pattern(one) for one in several)


def _pattern(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    said = "nothing" if value is None else repr(value)
    msg = f'{said} is no text; write a pattern in quotes, such as "42*"'
    raise ValueError(msg)


_ONE: Final = {"type": "string"}
Patterns = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(_patterns),
    PlainSerializer(
        lambda patterns: patterns[0] if patterns and len(patterns) == 1 else patterns,
        when_used="json",
    ),
    WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1}, {"type": "null"}]}),
]  # fmt: skip


class RouteMatch(Sparse):
    """Which anomalies are meant; what is left out matches all. ``*`` stands for any characters.

    Of a list of patterns one is enough. Case makes no difference. ``""`` means anomalies that do not have the
    label, such as ``environment: ""``.
    """

    source: Patterns = Field(default=None, description="billing or usage", examples=["usage"])
    team: Patterns = Field(default=None, description="owning team", examples=["search"])
    service: Patterns = Field(default=None, description="service", examples=["Amazon*"])
    environment: Patterns = Field(
        default=None, description='environment; "" where nothing says which', examples=["dev*"]
    )
    charge_kind: Patterns = Field(
        default=None,
        description="usage, recurring, purchase, tax, credit or adjustment",
        examples=["tax"],
    )
    currency: Patterns = Field(default=None, description="billing currency", examples=["EUR"])
    severity: Patterns = Field(
        default=None, description="low, medium, high or critical", examples=[["high", "critical"]]
    )
    direction: Patterns = Field(default=None, description="up or down", examples=["up"])
    kind: Patterns = Field(
        default=None,
        description="spike, shift, drop, creep, fee, unit_cost, new, ended or freshness",
        examples=[["new", "ended"]],
    )
    anomaly_id: Patterns = Field(
        default=None, description="id of one anomaly", examples=["A-EXAMPLE234"]
    )
    model: Patterns = Field(
        default=None, description="model that makes half of it", examples=["gpt-*"]
    )
    sku: Patterns = Field(
        default=None, description="SKU that makes half of it", examples=["*BoxUsage*"]
    )
    region: Patterns = Field(
        default=None, description="region that makes half of it", examples=["eu-*"]
    )
    account: Patterns = Field(
        default=None, description="account that makes half of it", examples=["acme-sandbox"]
    )
    api_key: Patterns = Field(
        default=None, description="API key's id or alias that makes half of it", examples=["ci-*"]
    )
    resource: Patterns = Field(
        default=None, description="resource that makes half of it", examples=["*/nightly-*"]
    )

    @model_validator(mode="after")
    def _words_are_known(self) -> "RouteMatch":
        for label, patterns in self.said:
            words = WORDS.get(label, ())
            for pattern in patterns if words else ():
                if not any(glob_matches(pattern, word) for word in words):
                    raise refused(
                        f"{pattern!r} matches nothing; write one of {', '.join(words)}, or a pattern with *",
                        (label,),
                    )
        return self

    @cached_property
    def said(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The labels that something is said of, with their patterns."""
        both = ((label, getattr(self, label)) for label in LABELS)
        return tuple((label, patterns) for label, patterns in both if patterns is not None)
