"""FOCUS rows of all versions, clean and as real exports are."""

import json
import os
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.charge import Charge, Dimensions
from stream.files import read_events
from stream.formats import decode
from stream.formats.refused import Refused

ROW: dict[str, object] = {
    "ChargePeriodStart": "2025-04-01T00:00:00Z",
    "EffectiveCost": 1.5,
    "BillingCurrency": "USD",
    "ChargeCategory": "Usage",
    "ServiceName": "Compute",
}


def _charge(**columns: object) -> Charge:
    decoded = decode("billing", json.dumps({**ROW, **columns}).encode())
    assert decoded.refused == []
    return decoded.charges[0]


def _refused(**columns: object) -> Refused:
    decoded = decode("billing", json.dumps({**ROW, **columns}).encode())
    assert decoded.charges == []
    return decoded.refused[0]


def test_row_of_focus_1_2() -> None:
    """Each dimension of a row lands in the field of the charge that means the same."""
    charge = _charge(
        x_LineItemId="item-1",
        ChargeFrequency="Usage-Based",
        ProviderName="AWS",
        BillingAccountId="payer",
        SubAccountId="member",
        RegionId="us-east-1",
        SkuMeter="BoxUsage",
        SkuId="ABC",
        ResourceId="i-1",
        Tags={"Team": "Search"},
        SomethingElse={"nested": [1]},
    )

    assert charge == Charge(
        charge_id="item-1",
        time=1743465600,
        cost=Decimal("1.5"),
        dimensions=Dimensions(
            currency="USD",
            service="Compute",
            charge_kind="usage",
            provider="AWS",
            account="member",
            region="us-east-1",
            sku="BoxUsage",
            resource="i-1",
            tags={"Team": "Search"},
        ),
        scope="AWS|payer|2025-04-01",
    )


def test_row_of_focus_1_3() -> None:
    """Versions from 1.3 name the provider otherwise, and AI rows name the model and the key."""
    charge = _charge(
        ServiceProviderName="Solora",
        HostProviderName="",
        CredentialId="key_1",
        SkuPriceDetails='{"ModelId": "atlas-5.5"}',
    )

    assert (charge.dimensions.provider, charge.dimensions.api_key, charge.dimensions.model) == (
        "Solora",
        "key_1",
        "atlas-5.5",
    )


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"EffectiveCost": 0, "BilledCost": 693003.60}, "0"),
        ({"EffectiveCost": None, "BilledCost": 2}, "2"),
        ({"EffectiveCost": "", "BilledCost": "2.50"}, "2.50"),
        ({"EffectiveCost": "NULL", "BilledCost": "-3"}, "-3"),
        ({"EffectiveCost": "  ", "BilledCost": "1"}, "1"),
        ({"EffectiveCost": "$1,000.00 "}, "1000.00"),
        ({"EffectiveCost": "-$1,000.00"}, "-1000.00"),
        ({"EffectiveCost": "(12.50)"}, "-12.50"),
        ({"EffectiveCost": "1.81E-8"}, "1.81E-8"),
        ({"EffectiveCost": "1000000000000"}, "1000000000000"),
        ({"EffectiveCost": 4.9e-324}, "0"),
        ({"EffectiveCost": "0e9999"}, "0"),
        ({"EffectiveCost": "1.23e-63"}, "1.2e-63"),
    ],
)
def test_cost(columns: dict[str, object], expected: str) -> None:
    """The effective cost counts, zero too; only where it is not given, the billed one."""
    assert _charge(**columns).cost == Decimal(expected)


@pytest.mark.parametrize(
    "number",
    [
        "1.248e-06",
        "0.1234567890123456789012345678901234567890",
        "12345678.00000000000000001",
        "-0.10",
    ],
)
def test_number_is_exact(number: str) -> None:
    """A cost keeps every digit of its text, whether it comes as a number or as a string."""
    row = json.dumps({**ROW, "EffectiveCost": "@"})

    as_number = decode("billing", row.replace('"@"', number).encode()).charges[0]
    as_text = decode("billing", row.replace("@", number).encode()).charges[0]

    assert (as_number.cost, as_text.cost) == (Decimal(number), Decimal(number))


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=12))
def test_any_amount_is_exact(amount: Decimal) -> None:
    """Any amount within the limits is taken over to the last digit."""
    assert _charge(EffectiveCost=str(amount)).cost == amount


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2025-04-01T00:00:00Z", 1743465600),
        ("2025-04-01T02:00:00+02:00", 1743465600),
        ("2025-04-01 00:00:00", 1743465600),
        ("2025-04-01 00:00:00 UTC", 1743465600),
        ("2025-04-01T00:00:00.999999999Z", 1743465600),
        ("2025-04-01T00:00Z", 1743465600),
        ("2025-04-01", 1743465600),
        ("20250401", 1743465600),
        ("4/1/25", 1743465600),
        ("04/01/2025 00:00", 1743465600),
        (1743465600, 1743465600),
        (1743465600.75, 1743465600),
        ("1743465600", 1743465600),
        (1743465600123, 1743465600),
        ("1743465600123456789", 1743465600),
        ("2000-01-01", 946684800),
        ("2100-12-31T23:59:59Z", 4133980799),
    ],
)
def test_time(start: object, expected: int) -> None:
    """The start of the charge period is read from ISO, spreadsheet and epoch notation as UTC."""
    assert _charge(ChargePeriodStart=start).time == expected


@pytest.mark.parametrize(
    ("category", "frequency", "expected"),
    [
        ("Usage", "Usage-Based", "usage"),
        ("Usage", "Recurring", "recurring"),
        ("Purchase", "Recurring", "recurring"),
        ("Purchase", "One-Time", "purchase"),
        ("Purchase", None, "purchase"),
        ("Tax", "Recurring", "tax"),
        ("Credit", "One-Time", "credit"),
        ("adjustment", None, "adjustment"),
        (None, None, "usage"),
    ],
)
def test_charge_kind(category: str | None, frequency: str | None, expected: str) -> None:
    """Category and frequency give the kind, which sets fees that recur apart from usage."""
    assert (
        _charge(ChargeCategory=category, ChargeFrequency=frequency).dimensions.charge_kind
        == expected
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"env": "prod", " org": "trey"}, {"env": "prod", " org": "trey"}),
        ('{"env": "prod"}', {"env": "prod"}),
        ({"valueless": True, "number": 7, "none": None}, {"valueless": "true", "number": "7"}),
        ({"nested": {"a": [1]}}, {"nested": '{"a":[1]}'}),
        ({"k" * 300: "v" * 300}, {"k" * 256: "v" * 256}),
        ({str(index): "x" for index in range(100)}, {str(index): "x" for index in range(64)}),
        (None, {}),
        ("NULL", {}),
        ("{broken", {}),
        ([1, 2], {}),
    ],
)
def test_tags(tags: object, expected: dict[str, str]) -> None:
    """Tags come as an object or as its JSON text, keep dirty keys, and are bounded."""
    assert _charge(Tags=tags).dimensions.tags == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"SkuMeter": "Hours", "ChargeDescription": "a"}, ("Compute", "Hours")),
        (
            {"ServiceName": None, "ServiceCategory": "Databases", "ChargeDescription": "d" * 500},
            ("Databases", "d" * 120),
        ),
        ({"ServiceName": "", "ProviderName": "AWS", "SkuId": 77}, ("AWS", "77")),
        ({"ServiceName": "NULL"}, ("unknown", "")),
    ],
)
def test_missing_names(columns: dict[str, object], expected: tuple[str, str]) -> None:
    """Where a name is missing the next best one stands in; a number is taken as text."""
    charge = _charge(**columns)

    assert (charge.dimensions.service, charge.dimensions.sku) == expected


@pytest.mark.parametrize(
    ("columns", "reason", "word"),
    [
        ({"EffectiveCost": None}, "missing_cost", "BilledCost"),
        ({"EffectiveCost": "", "BilledCost": "NULL"}, "missing_cost", "EffectiveCost"),
        ({"EffectiveCost": "NaN"}, "bad_cost", "'NaN'"),
        ({"EffectiveCost": "-Infinity"}, "bad_cost", "Infinity"),
        ({"EffectiveCost": "12,50"}, "bad_cost", "12,50"),
        ({"EffectiveCost": "1_000"}, "bad_cost", "1_000"),
        ({"EffectiveCost": "1e13"}, "bad_cost", "10^12"),
        ({"EffectiveCost": "1" * 65}, "bad_cost", "EffectiveCost"),
        ({"EffectiveCost": True}, "bad_cost", "true"),
        ({"EffectiveCost": {"amount": 1}}, "bad_cost", "EffectiveCost"),
        ({"ChargePeriodStart": None}, "missing_time", "ChargePeriodStart"),
        ({"ChargePeriodStart": ""}, "missing_time", "ChargePeriodStart"),
        ({"ChargePeriodStart": "31/12/2025"}, "bad_time", "31/12/2025"),
        ({"ChargePeriodStart": "1999-12-31"}, "bad_time", "2000 to 2100"),
        ({"ChargePeriodStart": "2101-01-01"}, "bad_time", "2101"),
        ({"ChargePeriodStart": "yesterday"}, "bad_time", "yesterday"),
        ({"ChargePeriodStart": "2" * 9999}, "bad_time", "..."),
        ({"ChargePeriodStart": True}, "bad_time", "True"),
        ({"ChargePeriodStart": -5}, "bad_time", "-5"),
        ({"BillingCurrency": None}, "missing_currency", "USD"),
        ({"BillingCurrency": "OmniBucks"}, "bad_currency", "OmniBucks"),
        ({"ChargeCategory": "Refund"}, "unknown_charge_category", "Credit"),
        ({"ServiceName": "x" * 2000}, "text_too_long", "1024"),
        ({"ServiceName": {"name": "x"}}, "bad_field", "ServiceName"),
    ],
)
def test_refused(columns: dict[str, object], reason: str, word: str) -> None:
    """What is missing or cannot be read has a stable code and a line that names it."""
    refused = _refused(**columns)

    assert (refused.reason, word in refused.detail) == (reason, True)


@pytest.mark.parametrize("column", ["x_LineItemId", "x_line_item_id", "LineItemId", "lineItemId"])
def test_id_from_a_column(column: str) -> None:
    """A column that names the line item gives the charge its id."""
    assert _charge(**{column: "item-9"}).charge_id == "item-9"


def test_id_from_the_row() -> None:
    """Without such a column a row is known again in any order of columns, and others differ from it."""
    backwards = dict(reversed(ROW.items()))
    ids = [
        decode("billing", json.dumps(row, indent=indent).encode()).charges[0].charge_id
        for row, indent in [(ROW, None), (backwards, 2), ({**ROW, "ConsumedQuantity": 2}, None)]
    ]

    assert ids[0] == ids[1] != ids[2]


def test_secret_key_is_masked() -> None:
    """A credential that looks like the secret itself never leaves the decoder."""
    secret = "sk-proj-" + "a" * 40

    masked = _charge(CredentialId=secret).dimensions.api_key

    assert masked.startswith("masked-")
    assert secret[8:] not in masked


@pytest.mark.skipif("SPENDWATCH_TEST_DATA" not in os.environ, reason="no folder of exports named")
def test_real_exports() -> None:
    """Each row of the FOCUS exports in a folder of one's own is a charge, or refused with its reason."""
    tables = sorted(Path(os.environ["SPENDWATCH_TEST_DATA"]).rglob("*focus*/*.csv"))

    for event in chain.from_iterable(map(read_events, tables)):
        decoded = decode(event.source, event.value)
        assert len(decoded.charges) + len(decoded.refused) == 1
