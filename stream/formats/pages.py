"""Pages of the vendors' usage and cost APIs: buckets of time, each with a result for each group."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from stream.charge import Charge
from stream.formats.amounts import ABSENT
from stream.formats.event import Event
from stream.formats.focus_scope import scope_of
from stream.formats.place import at
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar
from stream.formats.times import parse_time

_QUOTE: Final = ord('"')
_CHANGING: Final = frozenset(  # texts that may change while a result stays the same one
    {"amount", "organization_name", "project_name"}
)


class _Bucket(msgspec.Struct, gc=False):
    results: list[dict[str, msgspec.Raw]]
    start_time: Scalar = None
    end_time: Scalar = None
    starting_at: Scalar = None
    ending_at: Scalar = None


class _Page(msgspec.Struct, gc=False):
    data: list[_Bucket]


class Result(NamedTuple):
    """One group of one bucket, with its fields still JSON, and the bounds of the bucket in epoch seconds."""

    place: str
    start: int
    end: int
    fields: dict[str, msgspec.Raw]

    def json(self) -> bytes:
        """The group as a JSON object."""
        return msgspec.json.encode(self.fields)

    def identity(self, kind: str) -> str:
        """The group's own identity: what it is of, and when. Its counts may grow without another one.

        What a result is of are texts, booleans and nulls; what it measures are numbers and objects.
        """
        said = {
            name: raw
            for name, raw in self.fields.items()
            if name not in _CHANGING and _is_name(bytes(raw))
        }
        text = msgspec.json.encode((kind, self.start, self.end, said), order="sorted")
        return f"{kind}/{self.start}/{blake2b(text, digest_size=8).hexdigest()}"

    def tags(self, *names: str) -> dict[str, str]:
        """The fields of these names that say something, as tags."""
        said = {name: self.fields[name] for name in names if name in self.fields}
        return parse_tags(msgspec.Raw(msgspec.json.encode(said)))

    def scope(self, provider: str, account: Scalar) -> str:
        """What a snapshot replaces: the account's day, as a page holds whole days but seldom a whole month."""
        day = datetime.fromtimestamp(self.start, UTC)
        return scope_of(provider, account, f"{day:%Y-%m-%d}", self.start)


_page = msgspec.json.Decoder(_Page)


def charges_of(event: Event, charge: Callable[[Result], Charge]) -> list[Charge]:
    """The charges of a page, one a result.

    Raises:
        RefusedError: if the event is no page, or as ``charge`` says of a result, with the place of it.
    """
    charges: list[Charge] = []
    for result in _results_of(event):
        with at(result.place):
            try:
                charges.append(charge(result))
            except DECODER_ERRORS as error:
                raise from_decoder(error) from None
    return charges


def _results_of(event: Event) -> Iterator[Result]:
    try:
        page = _page.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    for number, bucket in enumerate(page.data):
        with at(f"data[{number}]"):
            start = _time("start_time", bucket.start_time, bucket.starting_at)
            end = _time("end_time", bucket.end_time, bucket.ending_at)
        for index, fields in enumerate(bucket.results):
            yield Result(f"data[{number}].results[{index}]", start, end, fields)


def is_page_with(event: Event, mark: re.Pattern[bytes]) -> bool:
    """Whether the event looks like a page, with the mark somewhere in its bytes."""
    if mark.search(event.original) is None or event.is_enveloped():
        return False
    return bytes(event.fields().get("data", ABSENT))[:1] == b"["


def _time(name: str, *values: Scalar) -> int:
    value = next((one for one in values if one is not None), None)
    if value is None:
        raise RefusedError("missing_time", f"{name} is missing; send the page as the API gave it")
    return parse_time(name, value)


def _is_name(raw: bytes) -> bool:
    return raw[0] == _QUOTE or raw in {b"true", b"false", b"null"}
