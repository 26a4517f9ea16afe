"""A look at one case: where it is to be told, whether something keeps it quiet, and what is new since the last word."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from alerting.anomaly import Anomaly
from alerting.cases.case import Case, CaseState
from alerting.cases.inhibition import Inhibition
from alerting.cases.life import state_of
from alerting.cases.quiet import quiet_of
from alerting.cases.record import CaseRecord, Quiet, ToldIn, record_of_case
from alerting.cases.telling import decide
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.notices.bundle import Bundle, place_key, told_in
from alerting.routing.intervals import muted_by
from alerting.routing.labels import labels_of
from alerting.routing.target import Target
from alerting.routing.tree import targets_of
from config.rules import Rules
from stream.notify.escalation import Escalation
from stream.notify.memory import Memory
from stream.notify.words import Words

_KEEP: Final = 30 * 86_400  # seconds for which a finished case can still be edited
_LATELY: Final = 3600  # seconds
_AFTERMATH: Final = 900  # seconds after a source is back


class Look:
    """Looks at cases one by one; what it finds to say goes into their bundles by `Words`."""

    def __init__(self, rules: Rules, memory: Memory, words: Words) -> None:
        self._rules = rules
        self._memory = memory
        self._words = words
        self._escalation = Escalation(memory.gathering, words)
        self._labels: dict[str, tuple[int, dict[str, str]]] = {}  # by anomaly: revision, labels
        self._firing: dict[str, Mapping[str, str]] = {}
        self._stopped: dict[str, Case] = {}  # by source: when it stopped last
        self._inhibition: Inhibition | None = None  # made anew when what fires has changed
        self._shown: dict[str, tuple[str, CaseState]] = {}  # at the last look
        self._passed_over: dict[
            str, int
        ] = {}  # by anomaly: the revision that could not be looked at
        self._routes: dict[str, tuple[tuple[str, ...], str]] = {}  # routes and owner
        self._sinks: frozenset[str] = frozenset()
        self._found: dict[str, tuple[Mapping[str, str], tuple[Target, ...]]] = {}  # by anomaly
        self._shared: dict[tuple[Target, ...], tuple[Target, ...]] = {}  # each targets once

    def at(self, anomaly_ids: Iterable[str], now: int, sinks: Collection[str]) -> set[str]:
        """Look at cases, in this order; those whose public record is news."""
        looked = [self._memory.cases[one] for one in anomaly_ids if one in self._memory.cases]
        if self._sinks != frozenset(sinks):
            self._sinks = frozenset(sinks)
            self._found.clear()
        for case in looked:
            self._note_firing(case)
        if self._inhibition is None:
            self._inhibition = Inhibition(self._firing.items(), self._rules.routing.inhibit)
        news = set()
        for case in looked:
            try:
                is_news = self._at(case, self._inhibition, now)
            except Exception as error:  # noqa: BLE001 - one case must not keep all others quiet
                self._pass_over(case, error)
                continue
            if is_news:
                news.add(case.anomaly.anomaly_id)
        return news

    def take_over(self) -> None:
        """Know what fires, of all cases, before any of them is looked at: one may inhibit another."""
        for case in self._memory.cases.values():
            self._note_firing(case)

    def _pass_over(self, case: Case, error: Exception) -> None:
        """Note what is wrong with a case, once a revision."""
        anomaly_id, revision = case.anomaly.anomaly_id, case.anomaly.revision
        if self._passed_over.get(anomaly_id) != revision:
            self._passed_over[anomaly_id] = revision
            self._memory.unreadable.append(f"{anomaly_id} cannot be told: {error!r}")

    def _note_firing(self, case: Case) -> None:
        anomaly_id, labels = case.anomaly.anomaly_id, self.labels(case.anomaly)
        if case.anomaly.channel == FRESHNESS:
            stopped = self._stopped.get(case.anomaly.source)
            if stopped is None or stopped.opened_at <= case.opened_at:
                self._stopped[case.anomaly.source] = case
        is_firing = case.anomaly.state == "open" and case.anomaly.recovered_at is None
        if (labels if is_firing else None) == self._firing.get(anomaly_id):
            return
        if is_firing:
            self._firing[anomaly_id] = labels
        else:
            del self._firing[anomaly_id]
        self._inhibition = None

    def _at(self, case: Case, inhibition: Inhibition, now: int) -> bool:
        memory, anomaly_id = self._memory, case.anomaly.anomaly_id
        labels = self.labels(case.anomaly)
        targets = self._targets(anomaly_id, labels)
        inhibited = inhibition.inhibitor(labels, anomaly_id) or self._aftermath(case)
        quiets = [
            quiet_of(case, labels, memory.book, inhibited, self._muted(target, now), now)
            for target in targets
        ]
        memory.quiet[anomaly_id] = quiet = next((one for one in quiets if one is not None), None)
        told = memory.gathering.of(anomaly_id)
        seen: set[str] = set()
        for target, keeps in zip(targets, quiets, strict=True):
            bundles = self._tell(case, labels, target, keeps, now, is_told=bool(told))
            seen.update(bundle.id for bundle in bundles)
            self._escalation.consider(bundles, case, target, keeps, now)
        for bundle in told:
            if bundle.id not in seen:
                self._go_on(bundle, case, quiet, None, now)
        is_over = case.anomaly.state != "open"
        memory.hush(anomaly_id, for_good=is_over and not memory.gathering.of(anomaly_id))
        owner = targets[0].owner if targets else ""
        self._routes[anomaly_id] = (tuple(target.route for target in targets), owner)
        return self._show(case, quiet, now)

    def _aftermath(self, case: Case) -> str | None:
        """The stop of its source that a fall began with: it is no news either when the source is back."""
        stopped = self._stopped.get(case.anomaly.source)
        if stopped is None or case.anomaly.direction == "up":
            return None
        is_of_it = stopped.opened_at <= case.opened_at <= _last(stopped) + _AFTERMATH
        return stopped.anomaly.anomaly_id if is_of_it and stopped is not case else None

    def _muted(self, target: Target, now: int) -> str | None:
        if not target.mute and not target.active:
            return None
        return muted_by(self._rules, target, datetime.fromtimestamp(now, UTC))

    def _show(self, case: Case, quiet: Quiet | None, now: int) -> bool:
        """Have messages made anew that were made of something else; whether the public record is news."""
        anomaly_id, state = case.anomaly.anomaly_id, state_of(case, now)
        why = ""
        if quiet is not None and case.anomaly.state == "open":  # later it is no news any more
            why = f"{quiet.kind} {quiet.by} {quiet.until}"
        heard_by = self._routes[anomaly_id]
        shown = _short(
            f"{case.anomaly.revision} {len(case.history)} {_last(case)} {state} {why} {heard_by}"
        )
        was_shown = False  # in a message: then a record was written together with that
        for bundle in self._memory.gathering.of(anomaly_id):
            was_shown |= bundle.shown.get(anomaly_id) == shown
            if bundle.shown.get(anomaly_id) != shown:
                bundle.shown[anomaly_id] = shown
                bundle.version += 1
                self._memory.note_bundle(bundle)
        before = self._shown.get(anomaly_id)
        self._shown[anomaly_id] = (shown, state)
        if before is not None:
            return before[0] != shown
        if was_shown:
            return False
        return case.anomaly.state == "open" or now - _last(case) < _LATELY

    def _targets(self, anomaly_id: str, labels: Mapping[str, str]) -> tuple[Target, ...]:
        """The targets of an anomaly, found once for each revision: they follow from its labels alone."""
        known = self._found.get(anomaly_id)
        if known is None or known[0] is not labels:
            targets = targets_of(self._rules, labels, self._sinks)
            known = self._found[anomaly_id] = (labels, self._shared.setdefault(targets, targets))
        return known[1]

    def _tell(
        self,
        case: Case,
        labels: Mapping[str, str],
        target: Target,
        quiet: Quiet | None,
        now: int,
        *,
        is_told: bool,
    ) -> list[Bundle]:
        """Tell a case in a target's places; the bundles that do."""
        gathering, anomaly_id = self._memory.gathering, case.anomaly.anomaly_id
        bundles = gathering.in_places(anomaly_id, target.places)
        for bundle in bundles:
            self._go_on(bundle, case, quiet, target, now)
        told = {place for bundle in bundles for place in bundle.places}
        left = tuple(place for place in target.places if place not in told)
        if not left:
            return bundles
        if case.anomaly.state != "open" and (is_told or anomaly_id in self._memory.hushed):
            return bundles  # rules that have changed since do not tell of what is over
        reason = decide(None, case, quiet, now, target.repeat_interval)
        if reason is None:
            return bundles
        target = replace(target, places=left)
        opened = gathering.join(anomaly_id, labels, target, self._firing.keys(), now)
        for bundle in opened:
            self._words.open(bundle, case, reason, target.mentions, now)
        return [*bundles, *opened]

    def _go_on(
        self, bundle: Bundle, case: Case, quiet: Quiet | None, target: Target | None, now: int
    ) -> None:
        said = bundle.said.get(case.anomaly.anomaly_id)
        repeat = None if target is None else target.repeat_interval
        reason = decide(said, case, quiet, now, repeat)
        if reason is not None:
            mentions = () if target is None else target.mentions
            self._words.say(bundle, case, reason, said, mentions, now)

    def labels(self, anomaly: Anomaly) -> dict[str, str]:
        """The labels of an anomaly, made once for each revision."""
        known = self._labels.get(anomaly.anomaly_id)
        if known is None or known[0] != anomaly.revision:
            known = self._labels[anomaly.anomaly_id] = (anomaly.revision, labels_of(anomaly))
        return known[1]

    def record(self, anomaly_id: str) -> CaseRecord:
        """The public record of a case as of the last look."""
        case, shown = self._memory.cases[anomaly_id], self._shown.get(anomaly_id)
        state = state_of(case, 0) if shown is None else shown[1]
        routes, owner = self._routes.get(anomaly_id, ((), ""))
        quiet = self._memory.quiet.get(anomaly_id)
        changed = max((one.at for one in case.history), default=case.opened_at)
        record = record_of_case(case, quiet, owner, routes, self._told(anomaly_id), changed)
        return replace(record, state=state)

    def _told(self, anomaly_id: str) -> tuple[ToldIn, ...]:
        return tuple(
            told_in(bundle, place)
            for bundle in self._memory.gathering.of(anomaly_id)
            for place in bundle.places
            if place_key(place) in bundle.deliveries
        )

    def forget(self, now: int) -> None:
        """Drop what is over for long: nobody will edit its messages any more."""
        memory = self._memory
        memory.forget_said(now)
        for anomaly_id, case in list(memory.cases.items()):
            if case.anomaly.state == "open" or now - _last(case) < _KEEP:
                continue
            memory.forget_case(anomaly_id)
            memory.gathering.forget_member(anomaly_id)
            for known in (
                self._labels,
                self._shown,
                self._routes,
                self._found,
                self._passed_over,
                memory.quiet,
            ):
                known.pop(anomaly_id, None)
        for bundle in list(memory.gathering.bundles.values()):
            if not bundle.members and now - bundle.opened_at >= _KEEP:  # an operator's
                memory.gathering.forget(bundle)


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _last(case: Case) -> int:
    return max((one.at for one in case.history), default=case.opened_at)
