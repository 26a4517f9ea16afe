"""Inhibition: anomalies that keep others quiet while they fire."""

from typing import Annotated

from pydantic import Field

from config.base import Frozen, Text
from config.labels import Label
from config.matchers import MatcherText


class InhibitRule(Frozen):
    """While one anomaly fires, others are kept quiet (Alertmanager's word)."""

    name: Text = Field(
        description="name of the rule, once in the list", examples=["graver-within-team"]
    )
    source: Annotated[tuple[MatcherText, ...], Field(min_length=1)] = Field(
        description="matchers of the anomaly that keeps others quiet",
        examples=[["severity=critical"]],
    )
    target: Annotated[tuple[MatcherText, ...], Field(min_length=1)] = Field(
        description="matchers of the anomalies that are kept quiet",
        examples=[["severity=~low|medium"]],
    )
    equal: tuple[Label, ...] = Field(
        default=(),
        description="labels that both must have the same",
        examples=[["team", "environment"]],
    )
