"""Where in an event of many parts something is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

from stream.formats.refused import RefusedError


@contextmanager
def at(place: str) -> Iterator[None]:
    """Put the place before the detail of what is refused within."""
    try:
        yield
    except RefusedError as error:
        raise RefusedError(error.reason, f"{place}: {error.detail}") from None
