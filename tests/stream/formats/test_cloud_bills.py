"""All bills of clouds: each is of one format alone, and whatever is wrong in one is refused, never raised."""

import json
import os
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stream.errors import UserError
from stream.files import read_events
from stream.formats import decode, registry
from stream.formats.event import Event, events_in
from stream.formats.refused import RefusedError

EVENTS: dict[str, dict[str, object]] = {
    "aws-cur": {
        "identity/LineItemId": "1",
        "bill/PayerAccountId": "1",
        "lineItem/LineItemType": "Usage",
        "lineItem/UsageStartDate": "2025-04-01T00:00:00Z",
        "lineItem/UnblendedCost": "1",
        "lineItem/CurrencyCode": "USD",
        "product": {"product_name": "S3"},
        "resource_tags": {"user_team": "a"},
        "savingsPlan/SavingsPlanEffectiveCost": 2,
    },
    "azure-cost": {
        "Date": "04/01/2025",
        "MeterCategory": "Storage",
        "Cost": "1",
        "BillingCurrency": "USD",
        "BillingPeriodStartDate": "04/01/2025",
        "BillingPeriodEndDate": "04/30/2025",
        "Tags": '"a": "b"',
        "ChargeType": "Usage",
    },
    "gcp-billing": {
        "billing_account_id": "1",
        "service": {"description": "Storage"},
        "usage_start_time": "2025-04-01 00:00:00 UTC",
        "cost": 1,
        "currency": "USD",
        "credits": [{"amount": -0.5}],
        "labels": [{"key": "a", "value": "b"}],
        "invoice": {"month": "202504"},
    },
    "oci-cost": {
        "lineItem/referenceNo": "1",
        "lineItem/intervalUsageStart": "2025-04-01T00:00Z",
        "cost/myCost": "1",
        "cost/currencyCode": "USD",
        "tags/a": "b",
    },
    "focus": {
        "ChargePeriodStart": "2025-04-01",
        "EffectiveCost": 1,
        "BillingCurrency": "USD",
        "ServiceName": "Storage",
        "Tags": {"a": "b"},
    },
    "spendwatch.usage.v1": {"schema": "spendwatch.usage.v1", "id": "1", "model": "m"},
    "cloudevents": {"specversion": "1.0", "id": "1", "source": "/a", "type": "t"},
}
CLOUDS = ("aws-cur", "azure-cost", "gcp-billing", "oci-cost")
SUMS = {
    "aws-cur/legacy-focus_converters-1.csv": ("0.3106682272", 150, {}),
    "aws-cur/legacy-koku-test_cur.csv": ("0.0827499841274349353", 19, {}),
    "aws-cur/savingsplan-koku-not-final.csv": ("0.3", 3, {}),
    "aws-cur/underscore-koku-alt-columns.csv": ("0", 2, {}),
    "aws-cur2/fivetran-seed-1.csv": ("0", 0, {"missing_time": 10}),
    "azure-cost/ea-actual-finops-toolkit.csv": ("8.5450077867419368", 11, {}),
    "azure-cost/koku-azure_version_2.csv": ("0", 0, {"bad_currency": 5}),
    "azure-cost/koku-costreport_a243c6f2-199f.csv": ("0.00011016", 3, {}),
    "azure-cost/opencost-headers-Enterprise.csv": ("0", 1, {}),
    "azure-cost/opencost-headers-PayAsYouGo.csv": ("0.075", 1, {}),
    "azure-cost/opencost-values-MissingBrackets.csv": ("0", 0, {"missing_currency": 1}),
    "gcp-billing/koku-2020-11.csv": ("0", 25, {}),
    "oci-cost/focus_converters-1.csv": ("0.572598857756949588", 120, {}),
}
needs_samples = pytest.mark.skipif(
    "SPENDWATCH_TEST_FORMATS" not in os.environ, reason="no folder of samples named"
)


def _known_by(value: bytes) -> list[str]:
    event = Event(value, {})
    try:
        return [one.NAME for one in registry.formats() if one.recognises(event)]
    except RefusedError:
        return []


@pytest.mark.parametrize(("name", "event"), EVENTS.items(), ids=EVENTS)
def test_an_event_is_of_one_format(name: str, event: dict[str, object]) -> None:
    """No other format takes it for its own."""
    assert _known_by(json.dumps(event).encode()) == [name]


@pytest.mark.parametrize("name", CLOUDS)
def test_a_row_of_focus_stays_one(name: str) -> None:
    """A column of FOCUS in any other row makes it one of FOCUS, however many columns came along."""
    event = {**EVENTS[name], **EVENTS["focus"]}
    assert _known_by(json.dumps(event).encode()) == ["focus"]


@pytest.mark.parametrize("name", CLOUDS)
def test_the_example_of_its_page(name: str) -> None:
    """What the documentation shows is read as it says."""
    page = (Path(__file__).parents[3] / "docs" / "formats" / f"{name}.md").read_text("utf-8")
    example = page.partition("```json\n")[2].partition("```")[0].encode()
    assert _known_by(example) == [name]
    (charge,) = decode("billing", example).charges
    assert "search" in charge.dimensions.tags.values()


@pytest.mark.parametrize("name", CLOUDS)
def test_mixed_bills_in_one_message(name: str) -> None:
    """A message may hold rows of several formats; each is read as what it is."""
    events = [EVENTS[one] for one in (name, "focus", name, *CLOUDS)]
    decoded = decode("billing", json.dumps(events).encode())
    assert (len(decoded.charges), decoded.refused) == (7, [])


_texts = st.sampled_from(
    [
        "",
        "NULL",
        "nan",
        "-1",
        "1e400",
        "1E-9",
        "$1",
        "1,5",
        "04/31/2025",
        "31/04/2025",
        "{",
        "[{'a'",
    ]
) | st.text(max_size=12)
_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["key", "value", "amount", "id"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    event = dict(EVENTS[draw(st.sampled_from(CLOUDS))])
    for name in draw(st.lists(st.sampled_from(sorted(event)), max_size=3)):
        event[name] = draw(_json_values)
    for name in draw(st.lists(st.sampled_from(sorted(event)), max_size=2)):
        event.pop(name, None)
    value = json.dumps(event).encode()
    cut = draw(st.none() | st.integers(0, len(value)))
    if cut is None:
        return value
    return value[:cut] + draw(st.binary(max_size=3)) + value[cut + draw(st.integers(0, 3)) :]


@settings(max_examples=400)
@given(_mutated())
@example(json.dumps({**EVENTS["gcp-billing"], "usage_start_time": ""}).encode())
def test_a_mutated_row_is_a_charge_or_refused(value: bytes) -> None:
    """Whatever a publisher makes of a row, nothing is raised, and nothing is lost without a reason."""
    decoded = decode("billing", value)
    assert decoded.charges or decoded.refused
    assert all(charge.cost is not None and charge.scope for charge in decoded.charges)
    for one in registry.formats_of("billing"):
        with suppress(RefusedError):
            one.recognises(Event(value, {}))
        with suppress(RefusedError):
            one.read(Event(value, {}))


@pytest.mark.parametrize("name", CLOUDS)
def test_hostile_texts_are_read_or_refused(name: str) -> None:
    """Long and deep values in any field neither raise nor take long."""
    for field in EVENTS[name]:
        for value in ("9" * 100_000, "'" * 50_000, "[" * 70_000, "(" * 3_000, "\\ud800"):
            text = json.dumps({**EVENTS[name], field: value}).replace("\\\\ud800", "\\ud800")
            decoded = decode("billing", text.encode())
            assert len(decoded.charges) + len(decoded.refused) == 1


@pytest.mark.parametrize("name", CLOUDS)
def test_bytes_that_are_no_text(name: str) -> None:
    """Wherever they stand, in a value or within a record, the row is read without them or refused."""
    for field in EVENTS[name]:
        for value in ("@", ["@"], {"a": "@"}, [{"key": "@", "value": "@", "amount": "@"}]):
            event = json.dumps({**EVENTS[name], field: value}).encode().replace(b"@", b"\xff")
            decoded = decode("billing", event)
            assert len(decoded.charges) + len(decoded.refused) == 1


@needs_samples
@pytest.mark.parametrize(("file", "expected"), SUMS.items(), ids=SUMS)
def test_samples_add_up(file: str, expected: tuple[str, int, dict[str, int]]) -> None:
    """The rows of other people's exports are the amounts that they say, or refused for what they lack."""
    folder = Path(os.environ["SPENDWATCH_TEST_FORMATS"])
    decoded = [decode(event.source, event.value) for event in read_events(folder / file)]
    charges = [charge for one in decoded for charge in one.charges]
    reasons = Counter(refused.reason for one in decoded for refused in one.refused)
    total = sum((charge.cost or Decimal(0) for charge in charges), Decimal(0))
    assert (total, len(charges), reasons) == (Decimal(expected[0]), *expected[1:])
    assert all(charge.scope for charge in charges)


@needs_samples
def test_no_sample_is_of_two_formats() -> None:
    """Each event of each sample in the folder is of one format at most."""
    files = [
        path
        for path in sorted(Path(os.environ["SPENDWATCH_TEST_FORMATS"]).rglob("*"))
        if path.suffix in {".csv", ".json", ".jsonl"}
    ]
    for event in chain.from_iterable(map(_events, files)):
        assert len(_known_by(event)) <= 1


def _events(path: Path) -> list[bytes]:
    """The events of a file, also of no known format; none of a table that no format knows."""
    if path.suffix != ".csv":
        return events_in(path.read_bytes(), {})
    try:
        return [event.value for event in read_events(path)]
    except UserError:
        return []
