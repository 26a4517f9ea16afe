"""How state records are packed: versioned MessagePack, read by code that trusts nothing."""

from typing import Any, Final

import msgspec

VERSION: Final = 1


class RecordError(ValueError):
    """A state record that this version cannot read."""


class NewerRecordError(RecordError):
    """A state record of a version that is newer than this one."""


class OlderRecordError(RecordError):
    """A state record of a version that is older than this one reads."""


encode: Final = msgspec.msgpack.Encoder().encode


def unpack(data: bytes, form: type[Any]) -> Any:
    """What `encode` made of something of the given form that has no version of its own.

    Raises:
        RecordError: if the bytes are not of this form.
    """
    try:
        return msgspec.msgpack.decode(data, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecordError(f"no readable {form.__name__}: {error}") from error


def read(data: bytes, form: type[Any], expected: int = VERSION) -> Any:
    """A record of the given form, whose first field is its ``version``.

    Raises:
        NewerRecordError: if it is of a newer version than expected, whatever its form.
        OlderRecordError: if it is of an older one, likewise.
        RecordError: if the bytes are not of this form.
    """
    try:
        record = unpack(data, form)
    except RecordError:
        _check_version(form, _version_of(data, expected), expected)
        raise
    _check_version(form, record.version, expected)
    return record


def _check_version(form: type[Any], version: int, expected: int) -> None:
    if version != expected:
        kind = NewerRecordError if version > expected else OlderRecordError
        raise kind(f"{form.__name__} of version {version}, this worker reads {expected}")


def _version_of(data: bytes, expected: int) -> int:
    """That of a record whose form is not known; the one expected where it tells none."""
    try:
        fields = msgspec.msgpack.decode(data)
    except (msgspec.MsgspecError, ValueError):
        return expected
    version = fields[0] if isinstance(fields, list) and fields else expected
    return version if isinstance(version, int) else expected
