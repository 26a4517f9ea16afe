"""Words for bundles: messages as they are now, and what is said besides them. Pure."""

from collections.abc import Sequence
from typing import Final

from alerting.cases.acts import Act
from alerting.cases.case import Case, Reason, Said
from alerting.cases.life import state_of
from alerting.cases.telling import said_of
from alerting.notices.bundle import MANY, Bundle
from alerting.notices.notice import Notice
from alerting.render.case import render_case
from alerting.render.group import render_group
from alerting.render.links import links_of
from alerting.render.message import Heading, Message, Paragraph
from alerting.render.milestone import acted, render_group_milestone, render_milestone
from alerting.render.view import View
from alerting.routing.owners import owner_of
from alerting.routing.target import Place
from config.rules import Rules
from stream.notify.memory import Memory

_CALLED_OUT: Final = {"reminder", "escalated"}  # also in the channel, not only in the thread
_TELLING: Final[tuple[Reason, ...]] = (  # what tells more comes later
    "retracted",
    "recovered",
    "resolved",
    "reminder",
    "opened",
    "doubled",
    "reopened",
    "worse",
    "escalated",
)
_BEGINNING: Final = {"opened", "reopened", "worse"}
_ENDING: Final = {"recovered", "resolved", "retracted"}
_CALL_AGAIN: Final = 3600  # seconds after which what joins a message for many calls the same people


class Words:
    """What is said in bundles.

    Args:
        rules: what people tune.
        memory: cases and bundles.
        has_buttons: whether somebody listens to Slack's buttons.
    """

    def __init__(self, rules: Rules, memory: Memory, *, has_buttons: bool) -> None:
        self._rules = rules
        self._memory = memory
        self._has_buttons = has_buttons

    def open(
        self, bundle: Bundle, case: Case, reason: Reason, mentions: tuple[str, ...], now: int
    ) -> None:
        """A case is told in a bundle for the first time, calling whom the bundle has not called yet."""
        many = bundle.kind in MANY and len(bundle.members) > 1
        if many and _is_told(bundle):
            self.say(bundle, case, reason, None, mentions, now)
        else:
            self._call(bundle, reason, mentions, now)
            bundle.said[case.anomaly.anomaly_id] = said_of(case, reason, now)
            bundle.version += 1
        self._memory.note_bundle(bundle)

    def say(
        self,
        bundle: Bundle,
        case: Case,
        reason: Reason,
        before: Said | None,
        mentions: tuple[str, ...],
        now: int,
    ) -> None:
        """There is a reason to tell a case again. Whoever is called, is called at once, also of many."""
        calls = mentions if reason == "escalated" else self._call(bundle, reason, mentions, now)
        bundle.said[case.anomaly.anomaly_id] = said_of(case, reason, now)
        if bundle.kind in MANY and not calls:
            self._gather(bundle, reason)
            if before is None:
                bundle.joined = (*bundle.joined, case.anomaly.anomaly_id)
        else:
            message = render_milestone(case, reason, self._view(case, bundle, now), before)
            critical = reason == "worse" and case.anomaly.severity == "critical"
            loud = critical or reason in _CALLED_OUT
            bundle.say(reason, message, now, broadcast=loud, mentions=calls)
        self._memory.note_bundle(bundle)

    @staticmethod
    def _call(
        bundle: Bundle, reason: Reason, mentions: tuple[str, ...], now: int
    ) -> tuple[str, ...]:
        """Whom to call: of one case each once, of many again after an hour, when another one is grave."""
        if reason in _ENDING:
            return ()
        is_due = bundle.kind in MANY and now - bundle.called_at >= _CALL_AGAIN
        is_long_ago = is_due and reason in _BEGINNING
        calls = tuple(one for one in mentions if is_long_ago or one not in bundle.mentions)
        if calls:
            bundle.mentions = tuple(dict.fromkeys((*bundle.mentions, *calls)))
            bundle.called_at = now
        return calls

    def say_act(self, case: Case, act: Act) -> None:
        """Somebody did something: the threads of its messages say so."""
        for bundle in self._memory.gathering.of(case.anomaly.anomaly_id):
            if bundle.kind not in MANY:
                bundle.say(act.kind, acted(case, case.history[-1]), act.at)
            bundle.version += 1
            self._memory.note_bundle(bundle)

    @staticmethod
    def _gather(bundle: Bundle, reason: Reason) -> None:
        if reason not in bundle.gathered:
            bundle.gathered = (*bundle.gathered, reason)
        bundle.version += 1

    def say_gathered(self, now: int) -> None:
        """Threads of many hear in one line what came together; at once when all is over."""
        for bundle in self._memory.gathering.bundles.values():
            cases = self._cases(bundle) if bundle.gathered else []
            if not cases:
                continue
            over = all(case.anomaly.state != "open" for case in cases)
            waited = now - max(bundle.gathered_at, bundle.tell_at)
            if 0 <= waited < bundle.interval and not over:
                continue
            self._say_of_many(bundle, cases, now, over=over)

    def _say_of_many(self, bundle: Bundle, cases: list[Case], now: int, *, over: bool) -> None:
        reason: Reason = "resolved" if over else max(bundle.gathered, key=_TELLING.index)
        joined = [case for case in cases if case.anomaly.anomaly_id in bundle.joined]
        view = self._view(cases[0], bundle, now)
        bundle.say(reason, render_group_milestone(cases, reason, view, joined), now)
        bundle.gathered, bundle.joined, bundle.gathered_at = (), (), now
        self._memory.note_bundle(bundle)

    def notice(self, bundle: Bundle, place: Place, reason: str | None, now: int) -> Notice:
        """A bundle's message as it is now."""
        if bundle.kind == "operator":
            heading = "Spendwatch needs somebody to mend something"
            message = Message(
                f"{heading}: {bundle.text}", (Heading(heading), Paragraph(bundle.text))
            )
            return Notice(key=bundle.key, message=message, reason="opened")
        cases = self._cases(bundle)
        return Notice(
            key=bundle.key,
            message=self._message(bundle, cases, place, now),
            reason=reason,  # type: ignore[arg-type]  # an act is no reason of its own
            is_firing=any(case.anomaly.state == "open" for case in cases),
            anomalies=tuple(case.anomaly for case in cases),
            labels=bundle.labels,
            mentions=bundle.mentions,
        )

    def _message(self, bundle: Bundle, cases: Sequence[Case], place: Place, now: int) -> Message:
        first = cases[0]
        view = self._view(first, bundle, now, place)
        if bundle.kind == "group" and len(cases) == 1:
            return render_case(first, view)
        if bundle.kind in {"group", "flood", "limit"}:  # as types know it
            return render_group(cases, view, bundle.kind, bundle.labels)
        return render_case(first, view)

    def _cases(self, bundle: Bundle) -> list[Case]:
        """The cases of a bundle, the largest first."""
        cases = self._memory.cases
        found = [cases[member] for member in bundle.members if member in cases]
        return sorted(found, key=lambda case: abs(case.anomaly.impact), reverse=True)

    def _view(self, case: Case, bundle: Bundle, now: int, place: Place | None = None) -> View:
        rules, anomaly = self._rules, case.anomaly
        owner = owner_of(rules, anomaly.team)
        others = tuple(
            sorted(
                other.address
                for one in self._memory.gathering.of(anomaly.anomaly_id)
                for other in one.places
                if other != place and other.sink == "slack"
            )
        )
        return View(
            state=state_of(case, now),
            quiet=self._memory.quiet.get(anomaly.anomaly_id),
            owner=anomaly.team if owner is None else owner.team,
            mentions=bundle.mentions,
            links=links_of(rules.links, anomaly, None if owner is None else owner.runbook, None),
            is_told_in=others,
            can_act=self._has_buttons and place is not None and place.sink == "slack",
            now=now,
            notice=bundle.key,
        )


def _is_told(bundle: Bundle) -> bool:
    """Whether somebody has its message, or may have: a post that is under way says nothing of what comes now."""
    return any(
        one.receipt is not None or one.trying is not None for one in bundle.deliveries.values()
    )
