"""The thresholds of one series: the defaults, changed by each override that matches, in order."""

from config.detection import Detection, Override, Thresholds
from config.matching import matches

DEFAULTS = "defaults"


def thresholds_for(
    detection: Detection, source: str, team: str, service: str, environment: str, charge_kind: str
) -> tuple[Thresholds, str]:
    """Effective thresholds, and the name of the last override that matched, or ``"defaults"``."""
    overrides = matching_overrides(detection, source, team, service, environment, charge_kind)
    changes = {name: value for override in overrides for name, value in _changes(override).items()}
    rule = overrides[-1].name if overrides else DEFAULTS
    return detection.defaults.model_copy(update=changes), rule


class ThresholdBook:
    """Effective thresholds of many series: those to which the same overrides apply share one object."""

    def __init__(self, detection: Detection) -> None:
        self._detection = detection
        self._known: dict[tuple[str, ...], tuple[Thresholds, str]] = {}

    def of(
        self, source: str, team: str, service: str, environment: str, charge_kind: str
    ) -> tuple[Thresholds, str]:
        """The same as `thresholds_for`."""
        names = (source, team, service, environment, charge_kind)
        applied = tuple(override.name for override in matching_overrides(self._detection, *names))
        known = self._known.get(applied)
        if known is None:
            known = self._known[applied] = thresholds_for(self._detection, *names)
        return known


def threshold_origins(
    detection: Detection, source: str, team: str, service: str, environment: str, charge_kind: str
) -> dict[str, str]:
    """For each threshold, the name of the override that set it, or ``"defaults"``."""
    overrides = matching_overrides(detection, source, team, service, environment, charge_kind)
    origins = dict.fromkeys(Thresholds.model_fields, DEFAULTS)
    for override in overrides:
        origins |= dict.fromkeys(_changes(override), override.name)
    return origins


def matching_overrides(
    detection: Detection, source: str, team: str, service: str, environment: str, charge_kind: str
) -> tuple[Override, ...]:
    """The overrides that apply to a series, in the order in which they are applied."""
    return tuple(
        override
        for override in detection.overrides
        if matches(override.match, source, team, service, environment, charge_kind)
    )


def _changes(override: Override) -> dict[str, object]:
    return override.set.model_dump(exclude_none=True)
