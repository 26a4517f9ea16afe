"""Which formats an event that none knows is nearest to, and what it lacks for each of them."""

import difflib
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from stream.formats.event import Format
from stream.memo import Memo

_MOST: Final = 3  # formats that are named
_MOST_FIELDS: Final = 200  # of an event that are looked at
_LONGEST: Final = 60  # characters of a field's name
_LONGEST_LIST: Final = 300  # characters of a list of all formats
_GENERAL: Final = ("spendwatch", "cloudevents", "focus")  # begin the names of what most people want
_known: Memo[str] = Memo()


class _Near(NamedTuple):
    share: float  # of the marks that the event has
    name: str
    lacks: str  # the first mark that it has not
    marks: Sequence[str]


def nearest(fields: Collection[str], formats: Sequence[Format]) -> str:
    """The three formats with most of whose marks the fields agree, each with the first mark that is missing.

    Formats without ``MARKS`` are not compared. Where nothing agrees, all formats are named.
    """
    names = tuple(name[:_LONGEST] for name in list(fields)[:_MOST_FIELDS])
    key = (*(one.NAME for one in formats), "", *names)
    return _known.get(key) or _known.keep(key, _told(names, formats))


def _told(names: tuple[str, ...], formats: Sequence[Format]) -> str:
    folded = {_fold(name) for name in names}
    near = [_near(one.NAME, getattr(one, "MARKS", ()), folded) for one in formats]
    best = sorted((one for one in near if one.share), key=lambda one: (-one.share, one.name))
    if best:
        return f"nearest: {', '.join(_said(one, names) for one in best[:_MOST])}"
    return f"known: {_list_of([one.NAME for one in formats])}"


def _near(name: str, marks: Sequence[str], folded: Collection[str]) -> _Near:
    lacking = [mark for mark in marks if _fold(mark) not in folded]
    share = (len(marks) - len(lacking)) / len(marks) if marks else 0.0
    return _Near(share, name, lacking[0] if lacking else "", marks)


def _said(near: _Near, names: Sequence[str]) -> str:
    """A format that is near, in words: what the event lacks, and which of its fields may be meant by it."""
    if not near.lacks:
        return f"{near.name} (its fields, but in other letters or with other values)"
    agreeing = {_fold(mark) for mark in near.marks}
    others = [name for name in names if _fold(name) not in agreeing]
    alike = difflib.get_close_matches(near.lacks, others, n=1)
    meant = f"; is {alike[0]!r} meant?" if alike else ""
    return f"{near.name} (no {near.lacks}{meant})"


def _list_of(names: Sequence[str]) -> str:
    if not names:
        return "none"
    ordered = sorted(names, key=lambda name: (not name.startswith(_GENERAL), name))
    text = ", ".join(ordered)
    return text if len(text) <= _LONGEST_LIST else f"{text[:_LONGEST_LIST].rpartition(',')[0]}, ..."


def _fold(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
