"""docs/config.md names everything that can be written."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.allocation import Allocation
from config.calendars import CalendarRule, SpecialDay
from config.detection import Detection, Matcher, Override, Thresholds
from config.digest import DigestRules
from config.flood import Flood, Limit
from config.inhibition import InhibitRule
from config.intervals import Interval
from config.limits import Limits
from config.links import Link
from config.mappings import Lookup, MappingRule
from config.match_rule import MatchRule
from config.owners import EscalationRules, Owner
from config.pricing import PriceOverride, Pricing, UnitPrice
from config.route import Route
from config.route_match import RouteMatch
from config.routing import Routing
from config.rules import Rules
from config.settings import Settings
from config.shared_costs import Split
from config.sources import SourceRules, Sources
from config.table_rule import TableRow, TableRule
from config.traits import TraitMatch
from config.value_rules import AccountRule, ApiKeyRule, ServiceRule, TagRule

TEXT = Path(__file__).parents[2].joinpath("docs", "config.md").read_text(encoding="utf-8")
SECTIONS = {
    "Rules": (Rules,),
    "`sources`": (Sources, SourceRules),
    "`allocation`": (
        *(Allocation, TagRule, AccountRule, ApiKeyRule, ServiceRule),
        *(MatchRule, TraitMatch, Split, TableRule, TableRow),
    ),
    "`pricing`": (Pricing, PriceOverride, UnitPrice),
    "`detection`": (Detection, Thresholds, Override, Matcher),
    "`routing`": (Routing, Route, RouteMatch, Interval, InhibitRule, Flood, Limit),
    "`owners`": (Owner, EscalationRules),
    "`digest`": (DigestRules,),
    "`limits`": (Limits,),
    "`calendars`": (CalendarRule, SpecialDay),
    "`links`": (Link,),
    "`mappings`": (MappingRule, Lookup),
}


def _section(title: str) -> str:
    """The text below a heading, up to the next one."""
    return re.split(r"^#+ ", TEXT.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize(
    ("title", "model"), [(title, model) for title, models in SECTIONS.items() for model in models]
)
def test_every_rule_is_documented_in_its_section(title: str, model: type[BaseModel]) -> None:
    """Each field of a section's models is named in that section of the documentation."""
    section = _section(title)
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in section] == []


def test_every_setting_is_documented() -> None:
    """Each setting has a row in the table of variables."""
    rows = re.findall(r"^\| `SPENDWATCH_(\w+)`", _section("Settings"), flags=re.MULTILINE)
    assert rows == [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", [*Thresholds.model_fields, "at", "timezone", "top"])
def test_documented_defaults_are_the_real_ones(name: str) -> None:
    """The defaults in the tables of detection and digest are those of the models."""
    model = Thresholds if name in Thresholds.model_fields else DigestRules
    documented = re.search(rf"^\| `{name}` \|[^|]*\| `([^`]*)` \|", TEXT, flags=re.MULTILINE)
    assert documented is not None
    required = {"channel": "#finops"} if model is DigestRules else {}
    actual = model.model_validate_strings({**required, name: documented[1]})
    assert getattr(actual, name) == model.model_fields[name].default
