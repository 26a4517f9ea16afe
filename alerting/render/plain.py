"""Names from tags, models and keys as one harmless line: whoever can tag a resource writes here."""

import unicodedata
from typing import Final

_SEPARATORS: Final = {"Zl", "Zp", "Zs"}


def plain(text: str, most: int = 80) -> str:
    """``text`` on one line, without control and direction characters, cut to ``most`` characters.

    A terminal obeys escape sequences, and a direction mark turns the rest of a line around: neither is
    ever part of a name.
    """
    shown = "".join(_shown(char) for char in text[: 4 * most])
    return cut(" ".join(shown.split()), most) or "(empty)"


def cut(text: str, most: int) -> str:
    """``text``, or its beginning and an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\t\n\r" or category in _SEPARATORS:
        return " "
    return "" if category[0] == "C" else char
