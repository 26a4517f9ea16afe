"""The rules file as a whole: everything an SRE tunes, kept under version control."""

from typing import Literal

from pydantic import Field

from config.allocation import Allocation
from config.base import Frozen
from config.calendars import Calendars
from config.detection import Detection
from config.digest import DigestRules
from config.limits import Limits
from config.links import Links
from config.mappings import Mappings
from config.owners import Owners
from config.pricing import Pricing
from config.routing import Routing
from config.sources import Sources


class Rules(Frozen):
    """All rules of a deployment."""

    version: Literal[1] = Field(description="version of the rules format", examples=[1])
    sources: Sources = Field(description="how late charges come, for each source")
    allocation: Allocation = Field(
        default=Allocation(), description="which team a charge belongs to"
    )
    pricing: Pricing = Field(
        default=Pricing(), description="prices of models that differ from the public list"
    )
    detection: Detection = Field(
        default=Detection(), description="when a deviation from forecast becomes an anomaly"
    )
    routing: Routing = Field(description="who hears of an anomaly, where and when")
    digest: DigestRules = Field(description="the daily statement for finance")
    limits: Limits = Field(default=Limits(), description="what a flood of names or dates may cost")
    calendars: Calendars = Field(
        default=(),
        description="weekends, holidays and time zones of series; the first that matches wins, else UTC, Saturday and "
        "Sunday, no holidays",
    )
    owners: Owners = Field(
        default=(),
        description="where teams hear of their spend, who is called, and who may act on it",
    )
    links: Links = Field(
        default=(), description="pages that messages link to, with names of the series filled in"
    )
    mappings: Mappings = Field(
        default=(),
        description="formats of one's own: which column is which field; tried in order, after the formats of the package",
    )
