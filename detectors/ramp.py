"""Evidence that grows along a straight line with the amount: the strength is (amount - start) / (reach - start).

1.0 is an alert, below 0 lies on the other side of the start. A ramp may lead downwards.
"""

Ramp = tuple[float, float]  # start, the amount of no evidence; and reach, that of an alert
