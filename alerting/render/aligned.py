"""Tables of fixed width, as chats and terminals show them."""

from collections.abc import Sequence


def aligned(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Names to the left, numbers to the right, a rule below the first row and above the last.

    >>> aligned([("team", "amount"), ("ads", "1.00"), ("total", "1.00")])[1:3]
    ('─────────────', 'ads      1.00')
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    rule = "─" * len(lines[0])
    return (lines[0], rule, *lines[1:-1], rule, lines[-1])
