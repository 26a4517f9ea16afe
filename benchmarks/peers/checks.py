"""Whether a program's sums are the right ones."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from benchmarks.throughput.processes import FailedError
from benchmarks.throughput.traffic import Key, Sums

_CLOSE: Final = Decimal("1e-9")  # of a cost; sums of floats are off by less


def of_peer(record: dict[str, Any]) -> tuple[Key, int, Sums]:
    """Key, revision and sums of a record of a peer."""
    key = (record["team"], record["service"], record["start"])
    return key, 0, Sums(record["events"], record["tokens"], Decimal(record["cost"]))


def require_sums(
    truth: Mapping[Key, Sums], found: Mapping[Key, Sums], *, exactly: bool = False
) -> None:
    """Compare every minute of every series.

    Args:
        truth: what was published.
        found: what the program wrote; it may hold the minute of the closing events besides.
        exactly: whether costs must be equal, not only close as floats are.

    Raises:
        FailedError: with the first minute that differs.
    """
    for key, true in truth.items():
        said = found[key]
        same = (
            said.cost == true.cost if exactly else abs(said.cost - true.cost) <= _CLOSE * true.cost
        )
        if said[:2] != true[:2] or not same:
            raise FailedError(f"{key}: {said} instead of {true}")


def require_tokens(truth: Mapping[Key, Sums], found: Mapping[str, int]) -> None:
    """Compare the tokens of each team.

    Raises:
        FailedError: with both sides, if they differ.
    """
    teams: Counter[str] = Counter()
    for (team, _, _), sums in truth.items():
        teams[team] += sums.tokens
    if teams != found:
        raise FailedError(f"tokens by team: {found} instead of {dict(teams)}")
