"""What many anomalies have in common."""

from decimal import Decimal

from alerting_examples import anomaly, contributor

from alerting.notices.common import in_common


def test_one_has_nothing_in_common() -> None:
    """Nor has none."""
    assert in_common([anomaly()]) == ()
    assert in_common([]) == ()


def test_four_of_five_are_enough_and_three_are_not() -> None:
    """With its share of the number, and of the impact up and down alike."""
    ones = [anomaly(team="a", impact=Decimal(-10))] + [
        anomaly(impact=Decimal(10)) for _ in range(4)
    ]
    (team,) = [one for one in in_common(ones) if one.label == "team"]
    assert (team.value, team.count, team.share, team.impact_share) == ("search", 4, 0.8, 0.8)
    assert "team" not in {one.label for one in in_common([anomaly(team="a"), *ones])}


def test_contributors_count_from_half_of_the_impact_on() -> None:
    """The rest of a dimension is no value, and what is not known is none."""
    parts = (
        contributor(dimension="account", value="123", share=0.5),
        contributor(dimension="region", value="eu", share=0.49),
        contributor(dimension="model", value="all else", share=0.9, change="rest"),
        contributor(dimension="colour", value="red", share=0.9),
    )
    ones = [anomaly(contributors=parts, environment="") for _ in range(2)]
    labels = [one.label for one in in_common(ones)]
    assert labels == ["account", "service", "team", "source", "kind", "direction"]


def test_currencies_are_not_added_up() -> None:
    """Nor is there a share of no impact."""
    mixed = in_common([anomaly(), anomaly(currency="EUR")])
    none = in_common([anomaly(impact=Decimal(0))] * 2)
    assert {one.impact_share for one in (*mixed, *none)} == {None}
