"""Evidence that grows along a straight line with the amount, from none to an alert."""

Ramp = tuple[float, float]  # the amounts of no evidence and of an alert: a channel on their scale


def strength(ramp: Ramp, amount: float) -> float:
    """How strong the evidence of an amount is: 1.0 is an alert, below 0 lies on the other side of the start.

    >>> strength((10.0, 30.0), 25.0), strength((10.0, 5.0), 0.0)
    (0.75, 2.0)
    """
    start, reach = ramp
    return (amount - start) / (reach - start)
