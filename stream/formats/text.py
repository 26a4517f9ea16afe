"""Names and labels of an event: what counts as absent, how long they may be, and what is no name."""

import re
from functools import lru_cache
from hashlib import blake2b

from stream.formats.refused import RefusedError, quoted

LONGEST = 1024
"""Characters of a name. A longer one is an error of its publisher, and would bloat every record."""

Scalar = str | int | float | bool | None
"""A field that ought to be text; numbers are taken as they are written."""

_ABSENT = frozenset({"", "NULL", "null", "None"})
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_SECRET = re.compile(
    r"(?:Bearer\s|sk-|sk_|pk-|gsk_|hf_|r8_|ghp_|xox|AKIA|ASIA|AIza|eyJ).{16,}", re.DOTALL
)


def name_of(field: str, *values: Scalar) -> str:
    """The first of the values that is there, as text; "" if none is.

    Raises:
        RefusedError: ``text_too_long`` beyond ``LONGEST`` characters.
    """
    for value in values:
        if value is None:
            continue
        text = value if type(value) is str else str(value)
        if text in _ABSENT:
            continue
        if len(text) > LONGEST:
            raise RefusedError(
                "text_too_long",
                f"{field} has {len(text)} characters ({quoted(text)}); at most {LONGEST} are taken",
            )
        return text
    return ""


@lru_cache(maxsize=256)
def currency_of(field: str, value: Scalar) -> str:
    """The ISO 4217 code in upper case.

    Raises:
        RefusedError: ``missing_currency`` or ``bad_currency``.
    """
    code = name_of(field, value).strip().upper()
    if not code:
        raise RefusedError("missing_currency", f"{field} is missing; write an ISO code such as USD")
    if not _CURRENCY.fullmatch(code):
        raise RefusedError(
            "bad_currency",
            f"{field} is {quoted(value)}; write an ISO code of three letters such as USD",
        )
    return code


def key_alias(text: str) -> str:
    """An API key's id or alias as it came; a key that looks like the secret itself as its digest."""
    if _SECRET.match(text):
        return f"masked-{blake2b(text.encode(), digest_size=6).hexdigest()}"
    return text
