"""What moved, in few lines."""

from decimal import Decimal
from typing import Any

from alerting_examples import anomaly, contributor

from alerting.anomaly import Contributor
from alerting.render.moved import moved


def row(dimension: str, value: str, share: float, **changes: Any) -> Contributor:
    impact = Decimal(60) * Decimal(str(share))
    return contributor(
        dimension=dimension, value=value, share=share, impact=impact,
        **{"actual": Decimal(20) + impact, "expected": Decimal(20)} | changes,
    )  # fmt: skip


def test_dimensions_with_one_value_share_a_line() -> None:
    """Where one value stands for nearly all there is no more to say than its name."""
    one = anomaly(
        contributors=(
            row("model", "gpt-4o", 0.97),
            row("model", "all else", 0.03, change="rest"),
            row("region", "eu", 1.0),
            row("account", "acme", 0.92, change="added"),
            row("account", "all else", 0.08, change="rest"),
        )
    )
    assert moved(one) == (
        "model gpt-4o: +$58.20 (97 %, 3.9x the usual $20.00); also region eu, account acme (new)",
    )


def test_the_rest_is_said_where_it_matters() -> None:
    """A tenth of the impact or more."""
    one = anomaly(
        contributors=(
            row("api_key", "a", 0.6),
            row("api_key", "all else", 0.4, change="rest"),
            row("sku", "x", 0.5, change="added", actual=Decimal(30), expected=Decimal(0)),
            row("sku", "y", 0.45),
            row("sku", "all else", 0.05, change="rest"),
        )
    )
    assert moved(one) == (
        "api_key a: +$36.00 (60 %, 2.8x the usual $20.00)",
        "api_key all else: +$24.00 (40 %)",
        "sku x: +$30.00 (50 %, new)",
        "sku y: +$27.00 (45 %, 2.4x the usual $20.00)",
    )


def test_a_share_of_what_was_taken_back_is_left_out() -> None:
    """Thirty times the impact says nothing."""
    one = anomaly(
        contributors=(
            row("sku", "x", 30.0, actual=Decimal(1820)),
            row("sku", "all else", -29.0, change="rest"),
        )
    )
    assert moved(one) == (
        "sku x: +$1,800.00 (91.0x the usual $20.00)",
        "sku all else: -$1,740.00",
    )


def test_what_vanished_is_said_to_be_gone() -> None:
    """Of what is as good as gone the usual amount is told."""
    gone = row("sku", "a", -0.4, change="vanished", actual=Decimal(0), expected=Decimal(24))
    nearly = row("sku", "b", -0.4, change="vanished", actual=Decimal("0.1"), expected=Decimal(24))
    assert moved(anomaly(contributors=(gone, nearly))) == (
        "sku a: -$24.00 (-40 %, gone, none of the usual $24.00)",
        "sku b: -$24.00 (-40 %, gone, next to none of the usual $24.00)",
    )
