"""A look at one case: where it is to be told, whether something keeps it quiet, and what is new since the last word."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from alerting.anomaly import Anomaly
from alerting.cases.case import Case, CaseState
from alerting.cases.inhibition import inhibitor
from alerting.cases.life import state_of
from alerting.cases.quiet import quiet_of
from alerting.cases.record import CaseRecord, Quiet, ToldIn
from alerting.cases.telling import decide
from alerting.notices.bundle import Bundle, place_key
from alerting.routing.intervals import muted_by
from alerting.routing.labels import labels_of
from alerting.routing.target import Target
from alerting.routing.tree import targets_of
from config.rules import Rules
from stream.notify.memory import Memory
from stream.notify.operator import operator_target
from stream.notify.words import Words

_KEEP: Final = 30 * 86_400  # seconds for which a finished case can still be edited
_FRESHNESS: Final = "freshness"


class Look:
    """Looks at cases one by one; what it finds to say goes into their bundles by `Words`."""

    def __init__(self, rules: Rules, memory: Memory, words: Words) -> None:
        self._rules = rules
        self._memory = memory
        self._words = words
        self._labels: dict[str, tuple[int, dict[str, str]]] = {}  # by anomaly: revision, labels
        self._firing: dict[str, Mapping[str, str]] = {}
        self._shown: dict[str, tuple[int, CaseState, Quiet | None]] = {}  # at the last look
        self._routes: dict[str, tuple[tuple[str, ...], str]] = {}  # routes and owner

    def at(self, anomaly_id: str, now: int, sinks: Collection[str]) -> bool:
        """Look at a case; whether its public record is news."""
        memory, case = self._memory, self._memory.cases[anomaly_id]
        labels = self.labels(case.anomaly)
        if case.anomaly.state == "open":
            self._firing[anomaly_id] = labels
        else:
            self._firing.pop(anomaly_id, None)
        targets = self._targets(labels, sinks)
        inhibited = inhibitor(
            labels, anomaly_id, self._firing.items(), self._rules.routing.inhibit
        )
        said = False
        seen: set[str] = set()
        quiet: Quiet | None = None
        for target in targets:
            muted = muted_by(self._rules, target, datetime.fromtimestamp(now, UTC))
            keeps = quiet_of(case, labels, memory.book, inhibited, muted, now)
            quiet = quiet or keeps
            bundle = self._tell(case, labels, target, keeps, now)
            if bundle is not None:
                seen.add(bundle.id)
                said |= self._escalate(bundle, case, target, keeps, now)
        memory.quiet[anomaly_id] = quiet
        for bundle in memory.gathering.of(anomaly_id):
            if bundle.id not in seen:
                self._go_on(bundle, case, quiet, None, now)
        self._routes[anomaly_id] = (
            tuple(target.route for target in targets),
            targets[0].owner if targets else "",
        )
        shown = (hash(case.history) ^ case.anomaly.revision, state_of(case, now), quiet)
        before = self._shown.get(anomaly_id)
        self._shown[anomaly_id] = shown
        if before != shown:
            for bundle in memory.gathering.of(anomaly_id):
                bundle.version += 1
                memory.note_bundle(bundle)
        return said or before != shown

    def _targets(self, labels: Mapping[str, str], sinks: Collection[str]) -> tuple[Target, ...]:
        targets = targets_of(self._rules, labels, sinks)
        if labels.get("kind") == _FRESHNESS and all(target.route == "root" for target in targets):
            return (operator_target(self._rules, sinks),)
        return targets

    def _tell(
        self, case: Case, labels: Mapping[str, str], target: Target, quiet: Quiet | None, now: int
    ) -> Bundle | None:
        anomaly_id = case.anomaly.anomaly_id
        if not target.places:
            return None
        bundle = self._memory.gathering.of_target(anomaly_id, target)
        if bundle is not None:
            self._go_on(bundle, case, quiet, target, now)
            return bundle
        reason = decide(None, case, quiet, now, target.repeat_interval)
        if reason is None:
            return None
        bundle = self._memory.gathering.join(anomaly_id, labels, target, set(self._firing), now)
        self._words.open(bundle, case, reason, now)
        return bundle

    def _go_on(
        self, bundle: Bundle, case: Case, quiet: Quiet | None, target: Target | None, now: int
    ) -> None:
        said = bundle.said.get(case.anomaly.anomaly_id)
        repeat = None if target is None else target.repeat_interval
        reason = decide(said, case, quiet, now, repeat)
        if reason is not None:
            mentions = () if target is None or bundle.mentions else target.mentions
            self._words.say(bundle, case, reason, said, mentions, now)

    def _escalate(
        self, bundle: Bundle, case: Case, target: Target, quiet: Quiet | None, now: int
    ) -> bool:
        """Call the next ones, if nobody has taken it up."""
        escalation, said = target.escalation, bundle.said.get(case.anomaly.anomaly_id)
        anomaly = case.anomaly
        if escalation is None or said is None or bundle.escalated or quiet is not None:
            return False
        if anomaly.state != "open" or case.acknowledged is not None:
            return False
        if anomaly.severity not in escalation.severities:
            return False
        if now - max(bundle.opened_at, bundle.tell_at) < escalation.after:
            return False
        bundle.escalated = True
        self._words.say(bundle, case, "escalated", said, escalation.mentions, now)
        places = tuple(place for place in escalation.places if place not in bundle.places)
        if places:
            further = Target(
                route=f"{target.route}/escalation",
                places=places,
                fallback=target.fallback,
                owner=target.owner,
                mentions=escalation.mentions,
            )
            own = f"{anomaly.anomaly_id}-{bundle.id[-4:]}-escalation"
            alone = self._memory.gathering.alone(own, anomaly.anomaly_id, further, now)
            self._words.open(alone, case, "escalated", now)
        return True

    def labels(self, anomaly: Anomaly) -> dict[str, str]:
        """The labels of an anomaly, made once for each revision."""
        known = self._labels.get(anomaly.anomaly_id)
        if known is None or known[0] != anomaly.revision:
            known = self._labels[anomaly.anomaly_id] = (anomaly.revision, labels_of(anomaly))
        return known[1]

    def record(self, anomaly_id: str) -> CaseRecord:
        """The public record of a case as of the last look."""
        case = self._memory.cases[anomaly_id]
        _, state, quiet = self._shown.get(anomaly_id, (0, state_of(case, 0), None))
        routes, owner = self._routes.get(anomaly_id, ((), ""))
        changed = max((one.at for one in case.history), default=case.opened_at)
        return CaseRecord(
            anomaly=case.anomaly,
            state=state,
            opened_at=case.opened_at,
            changed_at=changed,
            history=case.history,
            acknowledged=case.acknowledged,
            snoozed=case.snoozed,
            judged=case.judged,
            quiet=quiet,
            owner=owner,
            routes=routes,
            told=tuple(
                ToldIn(
                    sink=place.sink,
                    address=place.address,
                    notice=bundle.key,
                    receipt=bundle.delivery(place).receipt,
                    problem=bundle.delivery(place).problem,
                )
                for bundle in self._memory.gathering.of(anomaly_id)
                for place in bundle.places
                if place_key(place) in bundle.deliveries
            ),
        )

    def forget(self, now: int) -> None:
        """Drop what is over for long: nobody will edit its messages any more."""
        memory = self._memory
        for silence_id, planned_id in memory.book.forget(now):
            memory.forget_said(silence_id, planned_id)
        for anomaly_id, case in list(memory.cases.items()):
            if case.anomaly.state == "open" or now - _last(case) < _KEEP:
                continue
            memory.forget_case(anomaly_id)
            for known in (self._labels, self._shown, self._routes, self._firing, memory.quiet):
                known.pop(anomaly_id, None)
        for bundle in list(memory.gathering.bundles.values()):
            if now - max(bundle.opened_at, bundle.joined_at) < _KEEP:
                continue
            if not any(member in memory.cases for member in bundle.members):
                memory.gathering.forget(bundle)


def _last(case: Case) -> int:
    return max((one.at for one in case.history), default=case.opened_at)
