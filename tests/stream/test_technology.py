"""Categories of technology, by the names of charges."""

import pytest

from stream.charge import Dimensions
from stream.technology import TECHNOLOGIES, technology_of


@pytest.mark.parametrize(
    ("provider", "service", "sku", "model", "expected"),
    [
        ("AWS", "Amazon Elastic Compute Cloud", "BoxUsage:m5.large", "", "cloud"),
        ("AWS", "Amazon Elastic Compute Cloud", "USE1-BoxUsage:p4d.24xlarge", "", "gpu"),
        ("AWS", "Amazon Elastic Compute Cloud", "BoxUsage:g5.xlarge", "", "gpu"),
        ("AWS", "Amazon Elastic Compute Cloud", "BoxUsage:m6g.large", "", "cloud"),
        ("AWS", "Amazon Elastic Compute Cloud", "BoxUsage:trn1.2xlarge", "", "gpu"),
        ("Microsoft", "Virtual Machines", "Standard_NC24ads_A100_v4", "", "gpu"),
        ("Microsoft", "Virtual Machines", "Standard_D4s_v5", "", "cloud"),
        ("Google Cloud", "Compute Engine", "Nvidia L4 GPU attached to Spot VMs", "", "gpu"),
        ("Google Cloud", "Compute Engine", "N2 Instance Core running in EMEA", "", "cloud"),
        ("Google Cloud", "Compute Engine", "a3-highgpu-8g", "", "gpu"),
        ("AWS", "Amazon Bedrock", "", "", "ai"),
        ("openai", "assistant", "", "gpt-4o", "ai"),
        ("Azure", "Azure OpenAI Service", "", "", "ai"),
        ("Snowflake", "WAREHOUSE_METERING", "", "", "saas"),
        ("Acme", "Acme Licenses", "", "", "license"),
        ("Acme", "Data center Frankfurt", "rack 7", "", "data-center"),
        ("", "on-prem", "", "", "data-center"),
        ("ACMECORP", "Widgets", "", "", "other"),
        ("", "", "", "", "other"),
    ],
)
def test_category(provider: str, service: str, sku: str, model: str, expected: str) -> None:
    """Names of providers, services and SKUs tell the category; a model is AI whoever serves it."""
    assert technology_of(provider, service, sku, model) == expected
    assert expected in TECHNOLOGIES


def test_dimensions_know_their_category() -> None:
    """What the event says counts; without that the names do."""
    told = Dimensions(currency="USD", service="Amazon Bedrock", charge_kind="usage")
    said = Dimensions(
        currency="USD", service="Amazon Bedrock", charge_kind="usage", technology="cloud"
    )
    assert (told.technology, said.technology) == ("ai", "cloud")


def test_long_names_take_no_time() -> None:
    """Only the beginning of a name is looked at."""
    assert technology_of("x" * 100_000, "y" * 100_000, " gpu" * 100_000, "") == "gpu"
