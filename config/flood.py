"""Floods: when many messages become one."""

from typing import Annotated

from pydantic import Field

from config.base import Frozen, Whole
from config.durations import LongerThanZero


class Flood(Frozen):
    """From how many on anomalies that open together in a place become one message."""

    more_than: Annotated[Whole, Field(ge=1)] = Field(
        default=10, description="anomalies in a place that are told one by one", examples=[10]
    )
    within: LongerThanZero = Field(
        default=60, description="time in which they open", examples=["1m"]
    )


class Limit(Frozen):
    """How many new messages a place takes; what comes on top is gathered into one."""

    messages: Annotated[Whole, Field(ge=1)] = Field(
        default=30, description="new messages of a place", examples=[30]
    )
    per: LongerThanZero = Field(
        default=3600, description="time for which they count", examples=["1h"]
    )
