"""What is remembered is bounded, whatever is asked."""

import pytest

from stream.memo import LONGEST, MOST, MOST_TEXT, Memo


def test_what_was_kept_is_known() -> None:
    """By text, bytes and None."""
    memo: Memo[str] = Memo()
    assert memo.keep(("a", None, b"b"), "x") == "x"
    assert memo.get(("a", None, b"b")) == "x"


@pytest.mark.parametrize("key", [("a", 1), (True,), (1.0,), ("x" * (LONGEST + 1),)])
def test_what_is_ambiguous_or_long_is_not_kept(key: tuple[str | float, ...]) -> None:
    """The answer is right all the same."""
    memo: Memo[str] = Memo()
    assert memo.keep(key, "x") == "x"
    assert memo == {}


def test_many_answers_do_not_fill_the_memory() -> None:
    """The newest is always known."""
    memo: Memo[int] = Memo()
    for number in range(MOST * 2 + 1):
        memo.keep((str(number),), number)
        assert len(memo) <= MOST
    assert memo.get((str(MOST * 2),)) == MOST * 2


def test_long_names_do_not_fill_the_memory() -> None:
    """Their characters count."""
    memo: Memo[int] = Memo()
    for number in range(3 * MOST_TEXT // LONGEST):
        memo.keep((f"{number:0{LONGEST}}",), number)
        assert sum(len(str(part)) for key in memo for part in key) <= MOST_TEXT
    assert memo
