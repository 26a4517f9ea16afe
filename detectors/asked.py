"""How much more evidence than usual a series asks for: what it has shown itself, and what people said of its alerts."""

from typing import Final, NamedTuple


class Asked(NamedTuple):
    """Times the evidence that an alert of a rise and of a fall takes; score and band follow it alike."""

    rise: float
    fall: float


USUAL: Final = Asked(1.0, 1.0)
