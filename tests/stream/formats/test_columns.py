"""Names of columns in each notation, and how many of them are remembered."""

import pytest

from stream.formats.columns import LONGEST, MOST, Columns

COLUMNS = Columns(
    ("lineItem/UnblendedCost", "Date"), aliases={"UsageStart": "Date"}, prefixes={"tags/": "tag:"}
)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("lineItem/UnblendedCost", "lineItem/UnblendedCost"),
        ("line_item_unblended_cost", "lineItem/UnblendedCost"),
        ("lineitem_unblendedcost", "lineItem/UnblendedCost"),
        (" Line Item / Unblended Cost", "lineItem/UnblendedCost"),
        ("usageStart", "Date"),
        ("Datum (Date)", "Date"),
        ("日付（Date）", "Date"),  # noqa: RUF001  # as Japanese tables write it
        ("(Date)", "Date"),
        ("tags/a (Date)", "tag:a (Date)"),
        ("tags/", None),
        ("Update", None),
        ("Date (of print)", None),
        ("", None),
        ("d" * LONGEST, None),
    ],
)
def test_a_name_means_a_column(name: str, column: str | None) -> None:
    """Signs, capitals and a translation before it do not matter; anything else does."""
    assert COLUMNS[name] == column


def test_a_flood_of_names_is_forgotten() -> None:
    """Names that publishers make up do not stay in memory, and long ones never get there."""
    columns = Columns(("Date",), prefixes={"tags/": "tag:"})
    for number in range(MOST + 10):
        assert columns[f"tags/{number}"] == f"tag:{number}"
    assert columns["tags/" + "x" * LONGEST] is None
    assert max(map(len, columns)) <= LONGEST
    assert len(columns) <= MOST
