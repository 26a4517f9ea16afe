"""The score of a point whose amount was corrected after its forecast was made and forgotten."""

from typing import Final

from detectors.root import to_root
from detectors.verdict import Direction, Verdict

CHANNEL: Final = "correction"
_MOST: Final = 100.0  # as of any other point: beyond it size says nothing
_LEAST_WIDTH: Final = 1e-9  # of a band, on the square-root scale


def rescored(expected: float, lower: float, upper: float, value: float) -> Verdict:
    """What a corrected amount says under the forecast and the band that its bucket was given.

    A score of 1 lies where the band ends, as it did then; between and beyond it grows with the distance on
    the square-root scale, which is how spikes are measured. Evidence that other points add to is left out.

    Args:
        expected: forecast of the bucket when it was scored.
        lower: lower end of its band.
        upper: upper end of its band.
        value: what its amount is now.

    >>> verdict = rescored(100.0, 64.0, 144.0, 196.0)
    >>> verdict.score, verdict.direction
    (2.0, 'up')
    """
    direction: Direction = "up" if value >= expected else "down"
    end = upper if direction == "up" else lower
    width = abs(to_root(end) - to_root(expected))
    moved = abs(to_root(value) - to_root(expected))
    score = min(moved / max(width, _LEAST_WIDTH), _MOST) if moved > 0 else 0.0
    return Verdict(expected, lower, upper, score, direction, CHANNEL)
