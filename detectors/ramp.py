"""Evidence that grows along a straight line with the amount, from none to an alert."""

from typing import NamedTuple


class Ramp(NamedTuple):
    """A channel on the scale of amounts: 0.0 at ``start``, 1.0 (an alert) at ``reach``.

    >>> Ramp(start=10.0, reach=30.0).strength(25.0), Ramp(start=10.0, reach=5.0).strength(0.0)
    (0.75, 2.0)
    """

    start: float
    reach: float  # above the start for a rise, below it for a fall

    def strength(self, amount: float) -> float:
        """How strong the evidence of an amount is; below 0 on the other side of the start."""
        return (amount - self.start) / (self.reach - self.start)
