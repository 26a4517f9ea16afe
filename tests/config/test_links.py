"""Links in the rules: what an address may be made of."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.errors import ConfigError
from config.links import PLACEHOLDERS, Link
from config.loader import load_rules

RULES = Path(__file__).parents[2].joinpath("config", "default.rules.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "url",
    [
        "https://grafana.example.com/d/llm?var-team={team}&from={from_ms}&to={to_ms}",
        "http://localhost:3000/{service}",
        "https://wiki.example.com",
        "https://wiki.example.com?q=a%20b#{anomaly_id}",
        "https://a.example/" + "".join(f"{{{name}}}" for name in PLACEHOLDERS),
    ],
)
def test_templates_of_addresses(url: str) -> None:
    """Placeholders stand anywhere behind the host."""
    assert Link(name="a", url=url).url == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://a.example/{tema}", r"unknown placeholder \{tema\}; write one of \{team\}"),
        ("https://a.example/{}", r"unknown placeholder \{\}"),
        ("https://{team}.example/", "without placeholders"),
        ("https://a.example{team}/", "without placeholders"),
        ("https://a@evil.example/", "begin with https"),
        ("ftp://a.example/", "begin with https"),
        ("javascript:alert(1)", "begin with https"),
        ("a.example/x", "begin with https"),
        ("https://a.example/a b", "write %20 for it"),
        ("https://a.example/a|b", "write %7C for it"),
        ("https://a.example/<b>", "write %3C for it"),
        ("https://a.example/{team", "write %7B for it"),
    ],
)
def test_what_is_no_address_is_refused(url: str, said: str) -> None:
    """The message says what would be right."""
    with pytest.raises(ValidationError, match=said):
        Link(name="a", url=url)


def test_a_finding_names_line_and_field(tmp_path: Path) -> None:
    """As every finding does."""
    path = tmp_path / "rules.yaml"
    path.write_text(f"{RULES}\nlinks:\n  - name: a\n    url: https://a.example/{{tema}}\n")
    line = len(path.read_text("utf-8").splitlines())
    with pytest.raises(ConfigError, match=rf"{line}: links\[0\]\.url: unknown placeholder"):
        load_rules(path)
