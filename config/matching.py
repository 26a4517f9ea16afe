"""Whether a rule means a series: the one answer for overrides of thresholds and for routes."""

from config.detection import Matcher
from config.glob import glob_matches


def matches(
    matcher: Matcher, source: str, team: str, service: str, environment: str, charge_kind: str
) -> bool:
    """Whether all five patterns of ``matcher`` fit.

    The names are those of a series' key; ``environment`` is ``""`` where nothing says which, and only
    the patterns ``*`` and ``""`` fit that.
    """
    return (
        glob_matches(matcher.source, source)
        and glob_matches(matcher.charge_kind, charge_kind)
        and glob_matches(matcher.environment, environment)
        and glob_matches(matcher.team, team)
        and glob_matches(matcher.service, service)
    )
