"""What HTTP itself says about trying again."""

from collections.abc import Mapping
from typing import Any

_LONGEST = 3600.0  # seconds; a longer wait is asked for again


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Seconds of ``Retry-After``; None where there is none, or a date."""
    said = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    try:
        seconds = float(str(said))
    except ValueError:
        return None
    return min(seconds, _LONGEST) if seconds >= 0 else None


def may_pass(status: int) -> bool:
    """Whether the same request may be answered otherwise later."""
    return status in {408, 425, 429} or status >= 500
