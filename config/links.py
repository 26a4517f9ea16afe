"""Links of alerts: pages that people open from a message, with the names of the series filled in."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from config.base import Frozen, Text
from config.detection import Matcher
from config.names import unique_names

PLACEHOLDERS: Final = (
    "team",
    "service",
    "environment",
    "source",
    "anomaly_id",
    "model",
    "account",
    "region",
    "from",
    "to",
    "from_ms",
    "to_ms",
)
_MAX_URL: Final = 1_000
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_HOST: Final = re.compile(r"https?://([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(:[0-9]{1,5})?(?=[/?#]|$)")
_REST: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


def _checked_template(url: str) -> str:
    """The template as it is.

    Raises:
        ValueError: if it is no http or https address, names its host by a placeholder, or has an unknown one.
    """
    host = _HOST.match(url)
    if host is None:
        msg = "begin with https:// (or http://) and the name of a host, without placeholders in it"
        raise ValueError(msg)
    unknown = [name for name in _PLACEHOLDER.findall(url) if name not in PLACEHOLDERS]
    if unknown:
        raise ValueError(f"unknown placeholder {{{unknown[0]}}}; write one of {_listed()}")
    rest = _PLACEHOLDER.sub("", url[host.end() :])
    if not _REST.fullmatch(rest):
        wrong = next(char for char in rest if not _REST.fullmatch(char))
        raise ValueError(f"{wrong!r} cannot stand in an address; write %{ord(wrong):02X} for it")
    return url


def _listed() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


UrlTemplate = Annotated[
    str, Field(min_length=1, max_length=_MAX_URL), AfterValidator(_checked_template)
]


class Link(Frozen):
    """A page for the anomalies of the series that match. All links that match are shown, in order."""

    name: Text = Field(
        description="what the link is called in messages, once in the list",
        max_length=40,
        examples=["Grafana"],
    )
    match: Matcher = Field(
        default=Matcher(),
        description="series that are meant; what is left out matches all",
        examples=[{"team": "search"}],
    )
    url: UrlTemplate = Field(
        description="address with placeholders, each filled in percent-encoded: {team}, {service}, {environment}, {source}, "
        "{anomaly_id}, {model}, {account}, {region} of what moved most, {from} and {to} in ISO 8601, {from_ms} and {to_ms} "
        "in milliseconds",
        examples=["https://grafana.example.com/d/llm?var-team={team}&from={from_ms}&to={to_ms}"],
    )


Links = Annotated[tuple[Link, ...], AfterValidator(unique_names)]
