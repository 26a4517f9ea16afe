"""Rules that tests of routing start from: the default ones, with a section of routing and owners as YAML."""

from functools import cache
from typing import Any

from config.loader import DEFAULT_RULES
from config.rules import Rules
from config.yaml_tree import parse_yaml


def rules_of(text: str = "", owners: str = "[]") -> Rules:
    """The default rules with the fields of `routing` in ``text``, and the list ``owners``."""
    routing = {"default_channel": "#default", **(_yaml(text) or {})}
    return Rules.model_validate({**_defaults(), "routing": routing, "owners": _yaml(owners)})


@cache
def _defaults() -> dict[str, Any]:
    value = parse_yaml(DEFAULT_RULES.read_text(encoding="utf-8"), "default").value
    assert isinstance(value, dict)
    return value


def _yaml(text: str) -> Any:
    tree = parse_yaml(text, "test")
    assert tree.findings == []
    return tree.value
