"""State records: what was written is read, and nothing else is."""

import msgspec
import pytest

from stream.detect.packed import (
    VERSION,
    NewerRecordError,
    OlderRecordError,
    RecordError,
    encode,
    read,
    unpack,
)


class Noted(msgspec.Struct, array_like=True):
    """A record."""

    version: int
    text: str


def test_a_record_is_read_as_it_was_written() -> None:
    """Forms without a version of their own are read too."""
    record = Noted(VERSION, "x")
    assert read(encode(record), Noted) == record
    assert unpack(encode({1: b"y"}), dict[int, bytes]) == {1: b"y"}


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", RecordError, "no readable Noted"),
        (b"\xc1", RecordError, "no readable Noted"),
        (encode([VERSION]), RecordError, "no readable Noted"),
        (encode([VERSION, "x"])[:-1] + b"\xff", RecordError, "no readable Noted"),
        (encode([VERSION - 1, "x"]), OlderRecordError, "Noted of version 0, this worker reads 1"),
        (encode([VERSION + 1, "x"]), NewerRecordError, "Noted of version 2, this worker reads 1"),
        (encode([VERSION + 1, 5, {}]), NewerRecordError, "Noted of version 2, this worker reads 1"),
        (encode([VERSION + 1]), NewerRecordError, "Noted of version 2, this worker reads 1"),
        (encode([]), RecordError, "no readable Noted"),
        (encode(["x", 1]), RecordError, "no readable Noted"),
        (encode(7), RecordError, "no readable Noted"),
    ],
)
def test_anything_else_is_refused(data: bytes, error: type[RecordError], said: str) -> None:
    """What a newer version wrote is told apart: to go on without it may be wrong."""
    with pytest.raises(RecordError, match=said) as it:
        read(data, Noted)
    assert it.type is error
