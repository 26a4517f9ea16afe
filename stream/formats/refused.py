"""What a format says of an event that it cannot turn into a charge: a stable code and one clear line."""

from typing import NamedTuple

import msgspec

from stream.charge import Charge

_LONGEST_QUOTE = 60


class Refused(msgspec.Struct, frozen=True):
    """One event that is no charge: it goes to the dead-letter topic with its reason.

    ``reason`` is a stable code such as ``missing_cost``; ``detail`` is one line that names the field, what
    was found and what would be right; ``original`` is the event as it came.
    """

    reason: str
    detail: str
    original: bytes


class Decoded(NamedTuple):
    """What one Kafka message held. An event is in one of the two, but for those that another one counts already or that measure nothing."""

    charges: list[Charge]
    refused: list[Refused]


class RefusedError(Exception):
    """Ends the reading of one event. ``reason`` and ``detail`` are those of ``Refused``."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def quoted(value: object) -> str:
    """The value as it may stand in a detail: one line, no longer than a few words."""
    text = repr(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."


def from_decoder(error: Exception) -> RefusedError:
    """What an error of the JSON decoder means for the event."""
    if isinstance(error, msgspec.ValidationError):
        if "`$" not in str(error):
            return RefusedError("not_object", f"{error}; an event is one JSON object")
        return RefusedError("bad_field", str(error))
    if isinstance(error, UnicodeDecodeError):
        return RefusedError("not_json", "the event is not UTF-8; write JSON in UTF-8")
    if isinstance(error, RecursionError):
        return RefusedError("not_json", "the event is nested too deeply; write flat JSON objects")
    return RefusedError("not_json", f"{error}; write one JSON object an event")


DECODER_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises for bytes that are not what was asked for."""
