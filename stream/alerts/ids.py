"""Names of cases, silences and planned events, as people type them."""

import base64
import difflib
import secrets
from collections.abc import Collection
from typing import Final

from alerting.render.plain import plain
from stream.errors import UserError

_CHARACTERS: Final = 10  # 50 bits, as of anomalies
_MOST_NAMED: Final = 5
_NEAR: Final = 0.5


def new_id(letter: str) -> str:
    """A name that nothing else has, such as ``S-4KQ2ZB7NXA``."""
    return f"{letter}-{base64.b32encode(secrets.token_bytes(8)).decode()[:_CHARACTERS]}"


def find_id(wanted: str, known: Collection[str], what: str, listed_by: str) -> str:
    """The one of the ``known`` ids that was meant: in any case, with its letter or without, or its beginning.

    Args:
        wanted: what was typed.
        known: the ids there are.
        what: of what, such as ``case``.
        listed_by: the command that lists them all.

    Raises:
        UserError: if none begins so, or several do; names the nearest.
    """
    meant = _meant(wanted.strip().casefold(), known)
    if len(meant) != 1:
        said = _several(sorted(meant), what) if meant else _none(wanted, known, what, listed_by)
        raise UserError(f"{plain(wanted)}: {said}", exit_code=2)
    return meant[0]


def _meant(typed: str, known: Collection[str]) -> list[str]:
    """Those that are it, else those that are it without their letter, else those that begin so."""
    bare = _bare(typed)
    if not bare:
        return []
    return (
        [one for one in known if one.casefold() == typed]
        or [one for one in known if _bare(one) == bare]
        or [one for one in known if one.casefold().startswith(typed)]
        or [one for one in known if _bare(one).startswith(bare)]
    )


def _several(begun: list[str], what: str) -> str:
    return f"begins {len(begun)} ids of a {what}: {_some(begun)}; write more of it"


def _none(wanted: str, known: Collection[str], what: str, listed_by: str) -> str:
    bare = {_bare(one): one for one in known}
    likely = difflib.get_close_matches(_bare(wanted), bare, n=_MOST_NAMED, cutoff=_NEAR)
    near = f"; the nearest: {_some([bare[one] for one in likely])}" if likely else ""
    return f"there is no such {what}{near}; `{listed_by}` lists all"


def _bare(text: str) -> str:
    text = text.strip().casefold()
    return text[2:] if text[1:2] == "-" else text


def _some(ids: list[str]) -> str:
    more = len(ids) - _MOST_NAMED
    return ", ".join(ids[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
