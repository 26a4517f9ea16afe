"""Rights that Kafka refuses are told with the command that grants them."""

import pytest
from aiokafka import errors as aiokafka_errors
from kafka import errors as kafka_errors

from stream.kafka.denied import denied


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aiokafka_errors.TopicAuthorizationFailedError("charges"), "topic 'charges'"),
        (aiokafka_errors.TopicAuthorizationFailedError({"spend"}), "--topic spend"),
        (aiokafka_errors.TransactionalIdAuthorizationFailed("a-0"), "--transactional-id a-0"),
        (aiokafka_errors.GroupAuthorizationFailedError("g"), "--operation Read --group g"),
        (kafka_errors.GroupAuthorizationFailedError("g"), "consumer group 'g'"),
        (kafka_errors.ClusterAuthorizationFailedError(), "--operation IdempotentWrite --cluster"),
    ],
    ids=repr,
)
def test_a_refused_right_is_named_with_its_grant(error: Exception, said: str) -> None:
    """Whichever client it comes from, and also as the cause of another error."""
    outer = aiokafka_errors.KafkaError("wrapped")
    outer.__cause__ = error
    for met in (error, outer):
        line = denied(met)
        assert line is not None
        assert said in str(line)
        assert "kafka-acls.sh --add" in str(line)
        assert line.exit_code == 3


@pytest.mark.parametrize("error", [None, ValueError("x"), aiokafka_errors.KafkaTimeoutError()])
def test_other_errors_are_no_refusal(error: Exception | None) -> None:
    """They may pass."""
    assert denied(error) is None
