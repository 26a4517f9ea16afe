"""Records of Amazon Bedrock's log of model invocations."""

import json
from typing import Any

import pytest

from stream.charge import Charge, Dimensions, Usage
from stream.formats import Decoded, decode
from tests.ai_events import BEDROCK, START


def _decoded(**changes: object) -> Decoded:
    return decode("usage", json.dumps({**BEDROCK, **changes}).encode())


def test_record() -> None:
    """Cached tokens are added to the input; the caller is a role; request metadata are tags."""
    assert _decoded().charges == [
        Charge(
            charge_id="req-1",
            time=START,
            cost=None,
            dimensions=Dimensions(
                currency="USD",
                service="search",
                charge_kind="usage",
                provider="aws",
                account="123456789012",
                api_key="arn:aws:sts::123456789012:assumed-role/search",
                region="us-east-1",
                model="us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                resource=BEDROCK["modelId"],
                tags={"team": "relevance", "service": "search"},
            ),
            usage=Usage(
                input_tokens=1200, cache_read_tokens=900, cache_write_tokens=200, output_tokens=80
            ),
        )
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"modelId": "amazon.nova-lite-v1:0"}, ("amazon.nova-lite-v1:0", "")),
        (
            {"modelId": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"},
            (
                "amazon.nova-lite-v1:0",
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
            ),
        ),
        ({"modelId": None}, ("", "")),
    ],
)
def test_model(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    """A model is known by its id, also where the record has the ARN of it or of a profile."""
    (charge,) = _decoded(**changes).charges

    assert (charge.dimensions.model, charge.dimensions.resource) == expected


def test_caller_that_is_no_role() -> None:
    """A user's ARN stays as it is; a record without one names nobody."""
    user = "arn:aws:iam::123456789012:user/anna"

    assert _decoded(identity={"arn": user}).charges[0].dimensions.api_key == user
    assert _decoded(identity=None).charges[0].dimensions.api_key == ""


def test_embedding_has_no_output() -> None:
    """A model that writes nothing has an input alone."""
    assert _decoded(input={"inputTokenCount": 4}, output={}).charges[0].usage == Usage(
        input_tokens=4
    )


def test_failed_request_is_no_charge() -> None:
    """A request that failed before a token was used costs nothing, and is no error."""
    decoded = _decoded(errorCode="ThrottlingException", input={}, output=None)

    assert decoded == Decoded([], [])


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"input": None, "output": None}, "missing_usage", "inputTokenCount"),
        ({"requestId": ""}, "missing_id", "requestId"),
        ({"timestamp": None}, "missing_time", "timestamp"),
        ({"timestamp": "soon"}, "bad_time", "soon"),
        ({"input": {"inputTokenCount": "a"}}, "bad_tokens", "input.inputTokenCount"),
        ({"input": []}, "bad_field", "input"),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """What cannot be read has a stable code and a line that names it."""
    (refused,) = _decoded(**changes).refused

    assert (refused.reason, word in refused.detail) == (reason, True)
