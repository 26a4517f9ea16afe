"""Time zones as people write them: names of the IANA database."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def known_timezone(name: str) -> str:
    """The name itself.

    Raises:
        ValueError: if the database has no such time zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, such as America
        msg = f"{name!r} is no time zone; write an IANA name such as UTC or Europe/Berlin"
        raise ValueError(msg) from None
    return name


TimeZone = Annotated[str, AfterValidator(known_timezone)]
