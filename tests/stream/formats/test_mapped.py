"""Formats of the rules' own: flat events that a mapping tells how to read."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from format_samples import FOCUS_ROW
from hypothesis import given
from hypothesis import strategies as st

from config.mappings import MappingRule
from stream.charge import Charge, Dimensions
from stream.errors import UserError
from stream.files import read_events
from stream.formats import Decoded, decode
from stream.formats.mapped import formats_of

RULE: dict[str, Any] = {
    "name": "acme",
    "recognise": ["Line", "Amount"],
    "columns": {
        "id": "Line",
        "time": "Date",
        "cost": "Amount",
        "service": "Product",
        "team": "Center",
        "tags.project": "Project",
        "technology": "Sort",
    },
    "constants": {"currency": "EUR", "provider": "Acme", "service": "all of it"},
    "lookups": [{"field": "team", "values": {"4711": "search"}}],
}
ROW: dict[str, Any] = {
    "Line": 17,
    "Amount": "12.50",
    "Date": "2025-04-01",
    "Product": "Drawing",
    "Center": 4711,
    "Project": "apollo",
}


def _decoded(row: dict[str, Any], **changes: object) -> Decoded:
    own = formats_of([MappingRule.model_validate({**RULE, **changes})])
    return decode("billing", json.dumps(row).encode(), (), own)


def _charge(row: dict[str, Any], **changes: object) -> Charge:
    decoded = _decoded({**ROW, **row}, **changes)
    assert decoded.refused == []
    return decoded.charges[0]


def test_each_column_is_its_field() -> None:
    """Columns, constants and lookups make up the charge; what no column is for is ignored."""
    assert _charge({"Other": {"nested": 1}}) == Charge(
        charge_id="17",
        time=1743465600,
        cost=Decimal("12.50"),
        dimensions=Dimensions(
            currency="EUR",
            service="Drawing",
            charge_kind="usage",
            provider="Acme",
            tags={"project": "apollo", "team": "search"},
        ),
        scope="Acme||2025-04-01",
    )


def test_what_a_column_leaves_out() -> None:
    """An empty column has its constant, and without an id the row is hashed."""
    charge = _charge({"Product": "", "Project": None}, columns={**RULE["columns"], "id": "Nothing"})
    assert (charge.dimensions.service, charge.dimensions.tags) == ("all of it", {"team": "search"})
    assert not charge.identified


@pytest.mark.parametrize(
    ("changes", "row", "cost"),
    [
        ({"cost_in": "cents"}, {"Amount": 1250}, "12.50"),
        ({"cost_in": "thousandths"}, {"Amount": "1"}, "0.001"),
        ({"cost_in": "micros"}, {"Amount": "123456789"}, "123.456789"),
        (
            {"cost_in": "micros"},
            {"Amount": "12345678901.1234567890123456789012345678901"},
            "12345.6789011234567890123456789012345678901",
        ),
        ({"decimal": "comma"}, {"Amount": "1.234,56"}, "1234.56"),
        ({"decimal": "comma"}, {"Amount": "-1 234,5"}, "-1234.5"),
        ({"decimal": "comma"}, {"Amount": "1.234"}, "1234"),
        ({"decimal": "comma"}, {"Amount": "12"}, "12"),
        ({}, {"Amount": "1,234.56"}, "1234.56"),
        ({}, {"Amount": "1.81E-8"}, "1.81E-8"),
        ({}, {"Amount": 0}, "0"),
    ],
)
def test_cost(changes: dict[str, Any], row: dict[str, Any], cost: str) -> None:
    """Amounts are exact in whatever they are counted and written."""
    assert _charge(row, **changes).cost == Decimal(cost)


@pytest.mark.parametrize(
    ("per", "cost"),
    [("one", "2500"), ("hundred", "25"), ("thousand", "2.5"), ("million", "0.0025")],
)
def test_price(per: str, cost: str) -> None:
    """Where there is no cost it is a quantity times its price; an empty price leaves it to the rules."""
    columns = {"time": "Date", "quantity": "Amount", "price": "Price", "unit": "Unit"}
    charge = _charge({"Amount": 1000, "Price": "2.5"}, columns=columns, price_per=per, lookups=[])
    assert (charge.cost, charge.quantity) == (Decimal(cost), Decimal(1000))
    unpriced = _charge({"Amount": 1000, "Unit": "views"}, columns=columns, lookups=[])
    assert (unpriced.cost, unpriced.quantity, unpriced.unit) == (None, Decimal(1000), "views")


@pytest.mark.parametrize(
    ("notation", "zone", "text", "expected"),
    [
        ("iso", "UTC", "2025-04-01T02:00:00+02:00", 1743465600),
        ("iso", "Europe/Berlin", "2025-04-01", 1743458400),
        ("iso", "Europe/Berlin", "2025-04-01T00:00:00Z", 1743465600),
        ("day-first", "UTC", "1.4.2025", 1743465600),
        ("day-first", "UTC", "01/04/25 01:30", 1743471000),
        ("month-first", "UTC", "4/1/2025, 01:30:00", 1743471000),
        ("compact", "UTC", "20250401", 1743465600),
        ("compact", "Europe/Berlin", "20250401020000", 1743465600),
        ("month", "UTC", "2025-04", 1743465600),
        ("month", "UTC", "202504", 1743465600),
        ("epoch", "UTC", "1743465600123", 1743465600),
    ],
)
def test_time(notation: str, zone: str, text: str, expected: int) -> None:
    """Times are read as the mapping says, those without an offset in its zone."""
    assert _charge({"Date": text}, time_as=notation, timezone=zone).time == expected


@pytest.mark.parametrize(
    ("row", "changes", "reason", "word"),
    [
        ({"Date": "1.4.2025"}, {}, "bad_time", "time_as"),
        ({"Date": "31/12/2025"}, {"time_as": "month-first"}, "bad_time", "12/31/2026"),
        ({"Date": "1999-01-01"}, {}, "bad_time", "2000"),
        ({"Date": None}, {}, "missing_time", "Date is empty"),
        ({"Date": "2" * 99}, {}, "bad_time", "Date"),
        ({"Amount": "12,5"}, {}, "bad_cost", "Amount"),
        ({"Amount": "12.5"}, {"decimal": "comma"}, "bad_cost", "1234,56"),
        ({"Amount": " "}, {}, "missing_cost", "Amount is empty"),
        ({"Product": ["a"]}, {}, "bad_field", "Product"),
        ({"Product": "x" * 2000}, {}, "text_too_long", "Product"),
        ({"Sort": "blimps"}, {}, "unknown_technology", "data-center"),
        ({}, {"constants": {"currency": "euros", "provider": "A"}}, "bad_currency", "euros"),
    ],
)
def test_refused(row: dict[str, Any], changes: dict[str, Any], reason: str, word: str) -> None:
    """What cannot be read names the mapping, the column and what would be right."""
    (refused,) = _decoded({**ROW, **row}, **changes).refused
    assert (refused.reason, word in refused.detail) == (reason, True)
    assert refused.detail.startswith("mapping acme: ")


def test_lookups_that_drop() -> None:
    """A value that is not listed stays, or is dropped where the lookup says so; case makes no difference."""
    kept = _charge({"Center": "99"}).dimensions.tags
    lookup = {"field": "team", "values": {"ABC": "search"}, "otherwise": "drop"}
    found = _charge({"Center": "abc"}, lookups=[lookup]).dimensions.tags
    dropped = _charge({"Center": "99"}, lookups=[lookup]).dimensions.tags
    assert (kept["team"], found["team"], "team" in dropped) == ("99", "search", False)


def test_formats_of_the_package_come_first() -> None:
    """A mapping takes nothing from them, and an event without its columns is none of its."""
    rule = {**RULE, "recognise": ["ServiceName"]}
    own = formats_of([MappingRule.model_validate(rule)])
    (charge,) = decode("billing", json.dumps(FOCUS_ROW).encode(), (), own).charges
    assert charge.cost == Decimal("1.5")
    without = {name: value for name, value in ROW.items() if name != "Line"}
    (refused,) = _decoded(without).refused
    assert "acme (no Line)" in refused.detail
    (elsewhere,) = decode("usage", json.dumps(ROW).encode(), (), own[:0]).refused
    assert elsewhere.reason == "unknown_format"


def test_one_of_another_topic() -> None:
    """An event of a mapping of the other source is said to belong there."""
    own = formats_of([MappingRule.model_validate(RULE)])
    (refused,) = decode("usage", json.dumps(ROW).encode(), (), own).refused
    assert "this is acme, which belongs to the source 'billing'" in refused.detail


def test_a_table(tmp_path: Path) -> None:
    """CSV is read the same, and unknown without the mapping."""
    path = tmp_path / "bill.csv"
    path.write_text("Line;Amount;Date;Product\n17;1.50;2025-04-01;Drawing\n18;2;2025-04-01;\n")
    own = formats_of([MappingRule.model_validate(RULE)])
    events = list(read_events(path, own=own))
    charges = [decode(one.source, one.value, (), own).charges[0] for one in events]
    assert [(one.charge_id, one.cost) for one in charges] == [
        ("17", Decimal("1.50")),
        ("18", Decimal(2)),
    ]
    with pytest.raises(UserError, match="no column"):
        list(read_events(path))


_odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just([1])


@given(
    st.dictionaries(st.sampled_from(["Date", "Product", "Center", "Project", "Sort"]), _odd), _odd
)
def test_whatever_a_column_holds_it_is_read_or_refused(row: dict[str, Any], amount: object) -> None:
    """Nothing but a refusal comes out of a mapping."""
    decoded = _decoded({**ROW, **row, "Amount": amount})
    assert len(decoded.charges) + len(decoded.refused) == 1
