"""The public records: what is sent is what the schemas in the package say."""

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import msgspec
import pytest
from cases_examples import acted_record, case_record

from alerting.contracts import RECORDS, schema_file, schema_text
from stream.backtest import Backtest
from tests.stream.detect.batches import HOUR, START, rules


@pytest.mark.parametrize("name", RECORDS)
def test_the_schema_in_the_package_is_that_of_the_code(name: str) -> None:
    """`python -m alerting.contracts` writes it anew."""
    assert schema_file(name).read_text(encoding="utf-8") == schema_text(name)


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(schema_text(name))
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


def row(hour: int, cost: str) -> bytes:
    return json.dumps(
        {
            "BillingCurrency": "USD",
            "ChargePeriodStart": datetime.fromtimestamp(START + hour * HOUR, UTC).isoformat(),
            "EffectiveCost": cost,
            "ServiceName": "Compute",
            "Tags": {"team": "search"},
        }
    ).encode()


@pytest.fixture(scope="module")
def sent() -> dict[str, list[Any]]:
    """A week of hourly spend with a jump at its end, through the pipeline."""
    run = Backtest(rules())
    costs = [f"{10 + hour % 5}.{hour % 10}" for hour in range(24 * 7)] + ["95"] * 4
    run.feed("billing", [row(hour, cost) for hour, cost in enumerate(costs)], START + HOUR * 999)
    run.finish()
    cases = [record for one in run.anomalies for record in (case_record(one), acted_record(one))]
    return {"spend": run.spend, "anomaly": run.anomalies, "case": cases}


@pytest.mark.parametrize("name", RECORDS)
def test_what_is_sent_is_what_the_schema_says(name: str, sent: dict[str, list[Any]]) -> None:
    """Every record, and it comes back from its JSON as it was."""
    check = validator(name)
    assert sent[name]
    for record in sent[name]:
        data = msgspec.json.encode(record)
        check.validate(json.loads(data))
        assert msgspec.json.decode(data, type=RECORDS[name]) == record


@pytest.mark.parametrize(
    ("name", "field", "wrong"),
    [
        ("spend", "cost", 1.5),
        ("spend", "bucket_start", 1_700_000_000),
        ("anomaly", "state", "broken"),
        ("anomaly", "impact", None),
        ("case", "state", "broken"),
        ("case", "opened_at", "2026-03-02T12:00:00Z"),
        ("case", "history", None),
    ],
)
def test_the_schema_refuses_what_is_wrong(
    name: str, field: str, wrong: object, sent: dict[str, list[Any]]
) -> None:
    """Money is no float, times are text, states are those that are documented."""
    data = json.loads(msgspec.json.encode(sent[name][0]))
    with pytest.raises(jsonschema.ValidationError):
        validator(name).validate({**data, field: wrong})
