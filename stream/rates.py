"""What a token costs: by this a charge's cost is told in parts."""

from typing import NamedTuple

from stream.money import scaled


class TokenRates(NamedTuple):
    """What a token of input, a token of output and a request cost, as multiples of ten to ``exponent``."""

    exponent: int
    input: int  # that does not come from a cache
    output: int
    request: int

    def parts(self, requests: int, tokens: int, output: int) -> tuple[float, float]:
        """What so much output costs, and what requests with so much input cost without a cache.

        >>> TokenRates(-6, input=2, output=8, request=0).parts(requests=3, tokens=500, output=100)
        (0.0008, 0.001)
        """
        uncached = tokens * self.input + requests * self.request
        return (
            float(scaled(output * self.output, self.exponent)),
            float(scaled(uncached, self.exponent)),
        )
