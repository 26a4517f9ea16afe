"""Text that Slack shows as it is: no mention, no link, no format, never over a length.

Slack has no escape for its format characters, so those that could open or close a format become
look-alikes; an underscore within a word cannot, and stays.
"""

import re
from typing import Final

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOK_ALIKES: Final = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_BARE_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_QUOTE: Final = re.compile(r"^>+", re.MULTILINE)
_BROKEN_ENTITY: Final = re.compile(r"&[a-z]{0,3}$")
_ELLIPSIS: Final = "…"


def escape(text: str) -> str:
    """``&``, ``<`` and ``>`` as Slack wants them; without them there is no mention and no link."""
    return text.translate(_ESCAPES)


def inert(text: str) -> str:
    """Text for mrkdwn, escaped, with nothing in it that formats or quotes."""
    text = _QUOTE.sub(lambda hit: "\u203a" * len(hit.group()), text)
    return escape(_BARE_UNDERSCORE.sub("\uff3f", text.translate(_LOOK_ALIKES)))


def fenced(text: str) -> str:
    """Text for a code block, escaped, with nothing in it that ends the block."""
    return escape(text.replace("`", "\u02cb"))


def length(text: str) -> int:
    """Length in UTF-16 units: of all the ways to count, the longest."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """Escaped text of at most ``most`` units (1 or more): itself, or its beginning and an ellipsis."""
    if length(text) <= most:
        return text
    room = most - len(_ELLIPSIS)
    text = text[:room]
    while length(text) > room:
        text = text[: room - length(text)]
    return _BROKEN_ENTITY.sub("", text) + _ELLIPSIS
