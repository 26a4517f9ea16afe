"""Tables in Markdown, as they stand in the documentation."""

from collections.abc import Iterable, Sequence


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A titled table with columns of even width; the first is for names, the others for numbers."""
    body = [list(row) for row in rows]
    widths = [
        max(len(row[place]) for row in [list(columns), *body]) for place in range(len(columns))
    ]
    lines = [f"**{title}**", "", _line(columns, widths), _rule(widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in body), ""])


def share(value: float) -> str:
    """A share, to two places, as ``.68``."""
    return "1.00" if value >= 0.995 else f"{value:.2f}"[1:]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *others])} |"


def _rule(widths: Sequence[int]) -> str:
    return (
        f"|{'|'.join(['-' * (widths[0] + 2), *('-' * (width + 1) + ':' for width in widths[1:])])}|"
    )
