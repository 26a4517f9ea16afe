"""Messages of `charges` as the stage takes them."""

import logging
from types import SimpleNamespace

import msgspec
import pytest

from stream.detect.stage import DetectStageCore
from stream.errors import StateRefusedError
from stream.ingest import batch as wire
from stream.kafka.topics import Topics
from tests.stream.detect.batches import batch, end, rules
from tests.stream.detect.test_core import hours


def message(offset: int, value: bytes) -> SimpleNamespace:
    return SimpleNamespace(offset=offset, value=value)


def new() -> DetectStageCore:
    return DetectStageCore(rules(), Topics("t-"), 0)


def test_a_message_of_a_newer_version_is_not_passed_over() -> None:
    """Its charges would be lost; whatever form the newer version has."""
    for later in ([wire.VERSION + 1, {"charges": 1}], [wire.VERSION + 1]):
        with pytest.raises(
            StateRefusedError, match=r"t-charges@7: charge batch of version 4.*replace it"
        ):
            new().apply([message(7, msgspec.msgpack.encode(later))])


def test_a_message_of_before_kin_were_together_is_not_passed_over() -> None:
    """Its series were on other partitions, and its charges must not be lost: the line says what to do."""
    for older in ([wire.VERSION - 1, {"charges": 1}], [1]):
        with pytest.raises(
            StateRefusedError,
            match=r"t-charges@7: charge batch of version [12], .*read `charges` to its end",
        ):
            new().apply([message(7, msgspec.msgpack.encode(older))])


def test_what_is_no_batch_is_passed_over_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Somebody else's message on the topic stops nothing."""
    with caplog.at_level(logging.ERROR):
        changes = new().apply(
            [
                message(0, b"hello"),
                message(1, wire.encode(batch(hours("1", "2"), 0))),
                message(2, wire.encode(end(2))),
            ]
        )
    assert [output.topic for output in changes.outputs] == ["t-spend", "t-spend"]
    assert "t-charges@0" in caplog.text
