"""Escalation: who is called when nobody takes an anomaly up. Pure."""

from collections.abc import Iterable

from alerting.cases.case import Case
from alerting.cases.record import Quiet
from alerting.notices.bundle import MANY, Bundle
from alerting.notices.gathering import Gathering
from alerting.routing.target import Target
from stream.notify.words import Words


class Escalation:
    """Calls the next ones, in the threads of what was told and where the rules say, once a case."""

    def __init__(self, gathering: Gathering, words: Words) -> None:
        self._gathering = gathering
        self._words = words

    def consider(
        self, bundles: list[Bundle], case: Case, target: Target, quiet: Quiet | None, now: int
    ) -> None:
        """Call the next ones, if nobody has taken a case up for as long as its owner says."""
        anomaly_id, escalation = case.anomaly.anomaly_id, target.escalation
        if escalation is None or not bundles or quiet is not None:
            return
        if any(_is_escalated(bundle, anomaly_id) for bundle in bundles):
            return
        if case.anomaly.state != "open" or case.acknowledged is not None:
            return
        if case.anomaly.severity not in escalation.severities:
            return
        if now - _told_since(bundles, case) < escalation.after:
            return
        gathering = self._gathering
        for bundle in bundles:
            bundle.escalated, bundle.escalated_for = True, bundle.members
        for bundle in {
            one.id: one for one in (*bundles, *gathering.in_places(anomaly_id, escalation.places))
        }.values():
            said = bundle.said.get(anomaly_id)
            self._words.say(bundle, case, "escalated", said, escalation.mentions, now)
        told = {place for bundle in gathering.of(anomaly_id) for place in bundle.places}
        places = tuple(place for place in escalation.places if place not in told)
        if places:
            further = Target(
                route=f"{target.route}/escalation",
                places=places,
                fallback=target.fallback,
                owner=target.owner,
                mentions=escalation.mentions,
            )
            own = f"{anomaly_id}-{bundles[0].id[-4:]}-escalation"
            alone = gathering.alone(own, anomaly_id, further, now)
            self._words.open(alone, case, "escalated", escalation.mentions, now)


def _is_escalated(bundle: Bundle, anomaly_id: str) -> bool:
    """Whether it was, with this anomaly: what joins later is called for by itself."""
    return bundle.escalated and (bundle.kind not in MANY or anomaly_id in bundle.escalated_for)


def _told_since(bundles: Iterable[Bundle], case: Case) -> int:
    """When the wait for somebody to take it up began: as it was told, or came back."""
    told = min(max(bundle.opened_at, bundle.tell_at) for bundle in bundles)
    return max(told, case.opened_at, case.reopened_at or 0)
