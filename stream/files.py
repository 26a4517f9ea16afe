"""Files of events of any known format: CSV and JSON, also gzipped, and Parquet."""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from stream import parquet_rows
from stream.errors import UserError
from stream.formats import registry, source_of, table
from stream.formats.event import Event, Format, events_in
from stream.formats.nearest import nearest
from stream.formats.refused import RefusedError
from stream.formats.times import parse_time

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"
_PEEKED = 4096  # bytes looked at to tell text from anything else
_TRIED = 50  # events looked at to tell the format
_PARQUET = b"PAR1"
_FOREIGN = {
    b"PK\x03\x04": "a zip or Excel file",
    b"Obj\x01": "an Avro file",
    b"BZh": "packed with bzip2",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"\xfd7zXZ": "packed with xz",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_READABLE = (
    "events of a known format, such as FOCUS rows, as CSV, as JSON lines or as a JSON array, and CloudEvents; "
    "in UTF-8, each also gzipped; and tables as Parquet"
)
_TIME = re.compile(rb'"(?:ChargePeriodStart|time|timestamp)"\s*:\s*(?:"([^"]{1,64})"|(\d{9,19}))')

_Stream = io.BufferedReader | gzip.GzipFile


class FileEvent(NamedTuple):
    """One event of a file, as it is to be published."""

    source: str  # billing or usage
    value: bytes
    time: int | None  # epoch seconds, where asked for and readable
    line: int  # on which it ends; its number in a file that is one JSON array


def read_events(
    path: Path, *, with_time: bool = True, own: Sequence[Format] = ()
) -> Iterator[FileEvent]:
    """The events of a file in its order. The format is found from the content, not from the name.

    JSON lines come as their own bytes, also those that are no JSON: they are refused downstream, with
    their reason. ``with_time=False`` leaves out the times, which pacing needs and which cost time. ``own`` are
    formats of the rules' mappings.

    Raises:
        UserError: with file, line and remedy, if the file is missing, empty, cut off or of a kind
            that cannot be read; what stands before a cut is yielded first.
    """
    read = 0
    with _opened(path) as file:
        try:
            for event in _events(path, file, own, with_time=with_time):
                read = event.line
                yield event
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UserError(
                f"{path}:{read + 1}: the gzip stream breaks off here ({error}); what stands before it "
                "was read, fetch the file again for the rest"
            ) from None
        except UnicodeDecodeError:
            raise UserError(
                f"{path}:{read + 1}: not UTF-8 from here; save the file as UTF-8"
            ) from None
        except OSError as error:
            raise UserError(
                f"{path} cannot be read: {error.strerror or error}", exit_code=3
            ) from None
    if not read:
        raise UserError(f"{path} is empty: nothing to publish")


def _opened(path: Path) -> io.BufferedReader:
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a file in it")
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UserError(f"{path} does not exist; name a file of events") from None
    except OSError as error:
        raise UserError(f"{path} cannot be opened: {error.strerror}", exit_code=3) from None


def _events(
    path: Path, file: io.BufferedReader, own: Sequence[Format], *, with_time: bool
) -> Iterator[FileEvent]:
    stream = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == _GZIP else file
    head = stream.peek(_PEEKED)[:_PEEKED]
    if head.startswith(_PARQUET):
        return _parquet(path, file, own, with_time=with_time)
    _check_readable(path, head)
    text = head.removeprefix(_BOM).lstrip(_SPACE)
    if not text:
        return iter(())
    if not text.startswith((b"{", b"[")) and not _is_json_behind_a_bad_line(text):
        _check_table(path, text)
        return _table(path, stream, own, with_time=with_time)
    if text.startswith(b"["):
        return _document(path, stream.read(), own, with_time=with_time)
    return _lines(path, stream, own, with_time=with_time)


def _check_readable(path: Path, head: bytes) -> None:
    for magic, kind in _FOREIGN.items():
        if head.startswith(magic):
            raise UserError(f"{path} is {kind}; what can be read: {_READABLE}")
    if b"\0" in head:
        raise UserError(f"{path} is not text; what can be read: {_READABLE}")


def _check_table(path: Path, text: bytes) -> None:
    header = text.partition(b"\n")[0]
    if not any(delimiter in header for delimiter in (b",", b";", b"\t")):
        raise UserError(f"{path} is neither JSON nor a table; what can be read: {_READABLE}")


def _is_json_behind_a_bad_line(text: bytes) -> bool:
    first, _, rest = text.partition(b"\n")
    return rest.lstrip(_SPACE).startswith(b"{") and b"ChargePeriodStart" not in first


def _table(
    path: Path, stream: _Stream, own: Sequence[Format], *, with_time: bool
) -> Iterator[FileEvent]:
    lines = (line.decode() for line in _without_bom(stream))
    for row in table.rows(str(path), lines, own):
        time = _time_of(row.value) if with_time else None
        yield FileEvent(row.source, row.value, time, row.line)


def _parquet(
    path: Path, file: io.BufferedReader, own: Sequence[Format], *, with_time: bool
) -> Iterator[FileEvent]:
    for row in table.of_format(str(path), parquet_rows.rows(path, file), own):
        time = _time_of(row.value) if with_time else None
        yield FileEvent(row.source, row.value, time, row.line)


def _without_bom(stream: _Stream) -> Iterator[bytes]:
    yield stream.readline().removeprefix(_BOM)
    yield from stream


def _lines(
    path: Path, stream: _Stream, own: Sequence[Format], *, with_time: bool
) -> Iterator[FileEvent]:
    first, cut = _first_lines(stream)
    source = _source((line.removeprefix(_BOM) for line in first), own)
    if source is None and cut is None:
        yield from _document(path, b"".join(first) + stream.read(), own, with_time=with_time)
        return
    for number, line in enumerate(chain(first, stream), 1):
        value = line.removeprefix(_BOM).strip(_SPACE)
        if value and source is not None:
            yield FileEvent(source, value, _time_of(value) if with_time else None, number)
        if cut is not None and number == len(first):
            raise cut


def _first_lines(stream: _Stream) -> tuple[list[bytes], Exception | None]:
    """Lines to tell the format from, and why there are no more of them if the gzip stream is cut."""
    lines: list[bytes] = []
    try:
        lines.extend(islice(stream, _TRIED))
    except (EOFError, zlib.error) as error:
        return lines, error
    return lines, None


def _document(
    path: Path, content: bytes, own: Sequence[Format], *, with_time: bool
) -> Iterator[FileEvent]:
    """A file that is one JSON array, or one object over several lines: read as a whole."""
    content = content.removeprefix(_BOM).strip(_SPACE)
    events = [] if _holds_nothing(content) else events_in(content, {})
    source = _source(events[:_TRIED], own)
    if events and source is None:
        raise UserError(f"{path}: {_unknown(events[0], own)}; what can be read: {_READABLE}")
    for number, value in enumerate(events, 1):
        yield FileEvent(str(source), value, _time_of(value) if with_time else None, number)


def _unknown(event: bytes, own: Sequence[Format]) -> str:
    """What is said of a file whose first event no format knows."""
    try:
        fields = Event(event, {}).fields()
    except RefusedError as error:
        return f"no event of a known format in it ({error.detail})"
    return f"no event of a known format in it; {nearest(fields, (*registry.formats(), *own))}"


def _holds_nothing(content: bytes) -> bool:
    return not content or (content[:1] == b"[" and content[1:].strip(_SPACE) == b"]")


def _source(events: Iterable[bytes], own: Sequence[Format]) -> str | None:
    found = (source_of(event, own) for event in events)
    return next((source for source in found if source is not None), None)


def _time_of(value: bytes) -> int | None:
    """The event's time for pacing, from its first field that is named like one."""
    found = _TIME.search(value)
    if found is None:
        return None
    text, epoch = found.groups()
    return _parsed((text or epoch).decode("utf-8", "replace"))


def _parsed(text: str) -> int | None:
    try:
        return parse_time("time", text)
    except RefusedError:
        return None
