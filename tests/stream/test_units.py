"""Quantities without a cost: priced by the rules, or refused with what to write there."""

import json
from decimal import Decimal

from format_samples import DATABRICKS, SNOWFLAKE_CREDITS

from config.pricing import Pricing, UnitPrice
from config.rules import Rules
from stream.formats import decode
from stream.formats.snapshot_header import SnapshotHeader
from stream.ledger import Ledger
from stream.pipeline import Pipeline
from stream.pricing import Pricer
from tests.stream.detect.batches import rules

NOW = 1743552000
UNITS = [
    UnitPrice(provider="databricks", sku="PREMIUM_JOBS_*", per_unit=Decimal("0.15")),
    UnitPrice(provider="databricks", sku="*", per_unit=Decimal("0.55")),
    UnitPrice(sku="*", unit="credits", per_unit=Decimal("2.5")),
]
ROWS = [json.dumps(row).encode() for row in (DATABRICKS, SNOWFLAKE_CREDITS)]


def _rules(*units: UnitPrice) -> Rules:
    return rules().model_copy(update={"pricing": Pricing(units=units)})


def test_a_quantity_has_the_first_price_that_matches() -> None:
    """By provider, SKU and unit, to the last digit."""
    pricer = Pricer(Pricing(units=tuple(UNITS)))
    charges = [decode("billing", row).charges[0] for row in ROWS]
    assert [pricer.price(one) for one in charges] == [
        Decimal("0.3518518351851851835"),
        Decimal("3.775"),
    ]
    assert pricer.price(decode("billing", ROWS[0].replace(b"_JOBS_", b"_SQL_")).charges[0]) == (
        Decimal("2.345678901234567890") * Decimal("0.55")
    )


def test_what_has_no_price_is_refused() -> None:
    """It counts as nothing until it is sent again, and the line says what to write."""
    pipeline = Pipeline(_rules(UNITS[2]))
    list(pipeline.feed("billing", ROWS, NOW))
    ((count, refused),) = pipeline.reasons().values()
    assert (pipeline.charges, count, refused.reason) == (1, 1, "unpriced")
    assert "'PREMIUM_JOBS_COMPUTE' of 'Databricks' is measured in 'DBU'" in refused.detail
    assert "pricing.units" in refused.detail
    assert refused.original == ROWS[0]


def test_several_of_a_message_are_one_refusal() -> None:
    """The message goes to the dead letters once, not once a row."""
    pipeline = Pipeline(_rules())
    list(pipeline.feed("billing", [b"[" + b",".join(ROWS) + b"]"], NOW))
    ((count, refused),) = pipeline.reasons().values()
    assert (count, "1 more of the message" in refused.detail) == (1, True)


def test_snapshots_are_priced_too() -> None:
    """A quantity of a snapshot costs the same, and one without a price is refused there as well."""
    pipeline, ledger = Pipeline(_rules(UNITS[2])), Ledger()
    header = SnapshotHeader(version=1, id="a", taken_at=1)
    told = [
        *pipeline.mark("billing", header.marked("begin"), NOW),
        *pipeline.feed("billing", ROWS, NOW, header),
        *pipeline.mark("billing", header.marked("end"), NOW),
        pipeline.finish(),
    ]
    for news in told:
        for record in news.spend:
            ledger.add(record)
    assert sum(line.cost for line in ledger.totals(("service",))) == Decimal("3.775")
    assert [one.refused.reason for one in pipeline.refused] == ["unpriced"]
