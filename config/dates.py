"""Days as people write them: ``2026-12-24``."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(text: object) -> date:
    """The date of ``2026-12-24``; a `date` is taken as it is.

    Raises:
        ValueError: if the text is no date of that form.
    """
    if isinstance(text, date):
        return text
    if isinstance(text, str) and _DATE.fullmatch(text.strip()):
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            pass
    said = repr(text) if text else "nothing"
    msg = f"{said} is no date; write year, month and day, such as 2026-12-24"
    raise ValueError(msg)


Day = Annotated[date, BeforeValidator(parse_date)]
