"""How state records are packed: versioned MessagePack, read by code that trusts nothing."""

from typing import Any, Final

import msgspec

VERSION: Final = 1


class RecordError(ValueError):
    """A state record that this version cannot read."""


class NewerRecordError(RecordError):
    """A state record of a version that is newer than this one."""


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


def read(data: bytes, form: type[Any]) -> Any:
    """A record of the given form, whose first field is its ``version``.

    Raises:
        NewerRecordError: if it is of a newer version.
        RecordError: if the bytes are not of this form or version.
    """
    record = unpack(data, form)
    if record.version != VERSION:
        kind = NewerRecordError if record.version > VERSION else RecordError
        raise kind(f"{form.__name__} of version {record.version}, this worker reads {VERSION}")
    return record
