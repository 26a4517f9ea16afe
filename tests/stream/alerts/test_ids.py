"""Ids as people type them."""

import re

import pytest

from stream.alerts.ids import find_id, new_id
from stream.errors import UserError

KNOWN = ("A-EXAMPLE234", "A-EXAMPLE777", "A-QRSTUVWX22", "A-QRST", "F-QRST", "F-QRSTZZ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("A-EXAMPLE234", "A-EXAMPLE234"),
        ("a-example234", "A-EXAMPLE234"),
        ("example777", "A-EXAMPLE777"),
        ("EXAMPLE2", "A-EXAMPLE234"),
        (" A-QRSTU ", "A-QRSTUVWX22"),
        ("a-qrst", "A-QRST"),
        ("f-qrst", "F-QRST"),
        ("F-QRSTz", "F-QRSTZZ"),
        ("qrstu", "A-QRSTUVWX22"),
    ],
)
def test_an_id_is_found_as_people_type_it(typed: str, meant: str) -> None:
    """In any case, with its letter or without, by a beginning that only one has; the whole before a beginning."""
    assert find_id(typed, KNOWN, "case", "list") == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("exam", "exam: begins 2 ids of a case: A-EXAMPLE234, A-EXAMPLE777; write more of it"),
        ("A-EXAMPEL234", "there is no such case; the nearest: A-EXAMPLE234"),
        ("qrst", "begins 2 ids of a case: A-QRST, F-QRST; write more of it"),
        ("zzz", "zzz: there is no such case; `list` lists all"),
        ("", "there is no such case"),
        ("A-", "there is no such case"),
        ("\x1b[31mx", "[31mx: there is no such case"),
    ],
)
def test_what_is_not_one_id_is_refused(typed: str, said: str) -> None:
    """With the nearest, or with those that it could be, and exit code 2."""
    with pytest.raises(UserError) as refused:
        find_id(typed, KNOWN, "case", "list")
    assert said in str(refused.value)
    assert refused.value.exit_code == 2
    assert "\x1b" not in str(refused.value)


def test_new_ids_look_like_those_of_anomalies() -> None:
    """And no two are the same."""
    made = {new_id("S") for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"S-[A-Z2-7]{10}", one) for one in made)
