"""Public holidays of countries and their parts, by the package `holidays`."""

import warnings
from datetime import date
from functools import cache

_FIRST, _LAST = 1990, 2100  # years


@cache
def holidays_of(place: str) -> frozenset[date]:
    """The public holidays of a place, from 1990 to 2100, or in the years that are known of it.

    Those that follow the moon are known for some years ahead only, or are estimates.

    Args:
        place: country by ISO 3166-1 (``DE``), or part of it by ISO 3166-2 (``DE-BE``).

    Raises:
        ValueError: if it is not known, with what is.

    >>> date(2026, 12, 25) in holidays_of("DE-BE")
    True
    """
    import holidays  # noqa: PLC0415 (takes 50 ms, and rules without holidays need none of it)

    country, _, part = place.partition("-")
    known = holidays.list_supported_countries()
    if country not in known:
        msg = f"{place!r} is no country whose holidays are known; write its ISO code, such as DE or DE-BE"
        raise ValueError(msg)
    if part and part not in known[country]:
        parts = ", ".join(f"{country}-{each}" for each in known[country]) or f"{country} alone"
        msg = f"{place!r} is no part of {country} whose holidays are known; known: {parts}"
        raise ValueError(msg)
    calendar = getattr(holidays, country)
    years = range(max(calendar.start_year, _FIRST), min(calendar.end_year, _LAST) + 1)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # that some holidays are known for fewer years, as the docstring says
        return frozenset(calendar(subdiv=part or None, years=years))
