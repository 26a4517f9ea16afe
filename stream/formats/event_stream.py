"""Server-sent events (``text/event-stream``): how a model's reply comes piece by piece."""

from collections.abc import Iterator
from typing import Final

_FIELDS: Final = (b"data:", b"event:", b"id:", b"retry:", b":")
_END: Final = b"[DONE]"
_BOM: Final = b"\xef\xbb\xbf"


def is_stream(value: bytes) -> bool:
    """Whether the value is a stream of events, and no JSON."""
    return value.removeprefix(_BOM).lstrip().startswith(_FIELDS)


def data_of(value: bytes) -> Iterator[bytes]:
    """The data of each event, without the mark of the end that some streams have."""
    lines: list[bytes] = []
    for line in (*value.removeprefix(_BOM).splitlines(), b""):
        if line.startswith(b"data:"):
            lines.append(line[len(b"data:") :].removeprefix(b" "))
        elif not line and lines:
            data = b"\n".join(lines).strip()
            lines.clear()
            if data != _END:
                yield data
