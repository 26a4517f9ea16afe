"""A detector with the bar that its series has earned: by how often it is unusual, and by what people said.

A detector asks how rare a point is by chance. That is not how often a series alerts: some are restless all week.
So an alert must also be as strong as what comes on this series once in some weeks (`detectors.rarity`), and each
*wrong* that was said of its alerts raises the bar, each *right* lowers it (`detectors.feedback`).
"""

from typing import Final

from config.detection import Sensitivity
from detectors.asked import USUAL, Asked
from detectors.bar import FACTOR
from detectors.engine import Detector
from detectors.fee import FeeDetector
from detectors.feedback import Feedback
from detectors.peaks import START
from detectors.rarity import Rareness, Rarity
from detectors.seasons import HOUR
from detectors.verdict import Verdict

ONCE_IN_DAYS: Final[dict[Sensitivity, float]] = {"low": 56.0, "normal": 21.0, "high": 7.0}
MOST: Final = 2.5  # times the evidence: beyond it every incident alerts

_NOTHING_SAID: Final = Feedback()
_SPAN = 6 * HOUR  # for which the bar stays as it is, unless an incident ended; it moves by days


class Judge:
    """Scores the points of a series and learns them, with the bar of its own.

    Args:
        detector: of usage, or of fees.

    >>> judge = Judge(Detector(step=3600))
    >>> for hour in range(24 * 14):
    ...     verdict = judge.verdict(hour * 3600, 20.0 + hour % 24)
    ...     judge.learn(hour * 3600, 20.0 + hour % 24, verdict)
    >>> verdict = judge.verdict(24 * 14 * 3600, 60.0)
    >>> verdict.score > 1.0, judge.rareness(24 * 14 * 3600, verdict)
    (True, Rareness(once_in_days=None, never_in_days=14.0))
    """

    __slots__ = (
        "_asked", "_from", "_sensitivity", "_units", "_until", "detector", "feedback", "rarity",
    )  # fmt: skip

    def __init__(
        self,
        detector: Detector | FeeDetector,
        rarity: Rarity | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        self.detector = detector
        self.rarity = Rarity() if rarity is None else rarity
        self.feedback = _NOTHING_SAID if feedback is None else feedback
        self._asked = self._units = USUAL
        self._sensitivity: Sensitivity = "normal"
        self._from = self._until = 0  # when what is asked for holds, if no incident comes

    def verdict(self, time: int, value: float, sensitivity: Sensitivity = "normal") -> Verdict:
        """What is thought of a point before it is learned.

        Args:
            time: start of the bucket, in epoch seconds (UTC); buckets come in the order of time.
            value: its amount.
            sensitivity: scales the evidence that is asked for, and how rare an alert must be for the series.
        """
        if not self._from <= time < self._until or sensitivity != self._sensitivity:
            self._ask(time, sensitivity)
        return self.detector.score(time, value, sensitivity, self._asked)

    def learn(self, time: int, value: float, verdict: Verdict) -> None:
        """Takes in a point and the verdict that it was given."""
        self.remember(time, verdict)
        self.detector.learn(time, value)

    def remember(self, time: int, verdict: Verdict) -> None:
        """Takes in the verdict that a point was given, for how rare such ones are."""
        units = self._units  # `_strength`, without a call
        strength = verdict.score * (units.rise if verdict.direction == "up" else units.fall)
        if strength >= START:
            self.rarity.learn(time, strength, up=verdict.direction == "up")
            self._until = self._from  # it is to be settled

    def rareness(self, time: int, verdict: Verdict) -> Rareness:
        """How often the series has what is as strong as a point that was given this verdict just now."""
        return self.rarity.of(time, self._strength(verdict), up=verdict.direction == "up")

    def hear(self, feedback: Feedback) -> None:
        """Go on with other feedback."""
        self.feedback, self._until = feedback, self._from

    def _strength(self, verdict: Verdict) -> float:
        """The score in units of the bar at normal sensitivity, whatever is asked for."""
        return verdict.score * (self._units.rise if verdict.direction == "up" else self._units.fall)

    def _ask(self, time: int, sensitivity: Sensitivity) -> None:
        self.rarity.settle(time)
        time -= time % _SPAN  # so that a restart changes nothing
        factor = FACTOR[sensitivity]
        own = Asked(self._own(time, sensitivity, up=True), self._own(time, sensitivity, up=False))
        rise, fall = (min(asked, MOST) for asked in self.feedback.asked(time, own))
        self._asked, self._units = _shared(rise, fall), _shared(rise * factor, fall * factor)
        self._sensitivity = sensitivity
        self._from = time
        self._until = time if self.rarity.is_under_way else time + _SPAN

    def _own(self, time: int, sensitivity: Sensitivity, *, up: bool) -> float:
        """Times the evidence of its sensitivity that makes an alert rare enough for the series."""
        rare = self.rarity.strength_once_in(ONCE_IN_DAYS[sensitivity], time, up=up)
        return max(1.0, rare / FACTOR[sensitivity])


def _shared(rise: float, fall: float) -> Asked:
    """What is asked for; most series ask for what is usual, and share that."""
    return USUAL if rise == fall == 1.0 else Asked(rise, fall)
