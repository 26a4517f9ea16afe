"""What was pressed or handed in, as what is heard on the topic `alerts`."""

import base64
import hashlib
from typing import Final

from alerting.cases.acts import Act, ActKind
from alerting.cases.silence import Silence
from alerting.inbox import ActHeard, SilenceHeard
from stream.slack.answers import (
    ParseMatcher,
    WrongAnswer,
    comment_of,
    expected_until,
    matchers_of,
    reason_of,
    silenced_until,
    team_of,
)
from stream.slack.modals import COMMENT
from stream.slack.moments import next_monday
from stream.slack.presses import FORM_KINDS, FormKind, Press, PressKind, Submission

Said = ActHeard | SilenceHeard

_UNTIL_MONDAY: Final = "monday"
_LONGEST_SNOOZE: Final = 31 * 86_400
_SHORT, _LONG = 10, 16  # characters: a silence's id is typed at a shell, an act's is not


def form_of(kind: PressKind) -> FormKind | None:
    """The form that a button opens; None if it says all."""
    return next((form for form in FORM_KINDS.values() if form == kind), None)


def act_of_press(press: Press, now: int, timezone: str) -> ActHeard | None:
    """What a press says.

    Args:
        press: of a button that opens no form.
        now: epoch seconds.
        timezone: of the team, for a snooze until Monday.

    Returns:
        The act, the same for the same press; None if the button opens a form, or the menu has no such choice.
    """
    if press.kind in {"acknowledge", "reopen"}:
        return ActHeard(_act(press, press.kind, press.trigger_id, now))
    if press.kind != "snooze":
        return None
    until = _snoozed_until(press.choice, now, timezone)
    if until is None:
        return None
    return ActHeard(_act(press, "snooze", press.trigger_id, now, until=until))


def said_by(form: Submission, now: int, timezone: str, parse: ParseMatcher) -> Said:
    """What a form says, the same for the same form.

    Args:
        form: as it was handed in.
        now: epoch seconds.
        timezone: of the team, for the end of a day.
        parse: reads a matcher.

    Raises:
        WrongAnswer: if an answer cannot be taken.
    """
    if form.kind == "silence":
        return SilenceHeard(_silence(form, now, parse))
    if form.kind == "wrong":
        return ActHeard(_act(form, "wrong", form.view_id, now, note=reason_of(form.answers)))
    until = expected_until(form.answers, now, timezone)
    note = comment_of(form.answers)
    return ActHeard(_act(form, "expected", form.view_id, now, until=until, note=note))


def team_asked_for(form: Submission, said: Said, parse: ParseMatcher) -> str:
    """The team on whose behalf a form speaks: of a silence the one that it names."""
    if isinstance(said, SilenceHeard):
        return team_of(said.silence.matchers, parse)
    return form.subject.team


def _silence(form: Submission, now: int, parse: ParseMatcher) -> Silence:
    matchers, comment = matchers_of(form.answers, parse), comment_of(form.answers)
    if not comment:
        raise WrongAnswer(COMMENT, "Say why, for those who wonder later")
    return Silence(
        silence_id=f"S-{_hash('silence', form.view_id, _SHORT)}",
        matchers=matchers,
        starts_at=now,
        ends_at=silenced_until(form.answers, now),
        by=form.by,
        comment=comment,
        created_at=now,
    )


def _snoozed_until(choice: str, now: int, timezone: str) -> int | None:
    if choice == _UNTIL_MONDAY:
        return next_monday(now, timezone)
    if not (choice.isascii() and choice.isdecimal()):
        return None
    seconds = int(choice)
    return now + seconds if 0 < seconds <= _LONGEST_SNOOZE else None


def _act(
    by: Press | Submission,
    kind: ActKind,
    once: str,
    now: int,
    *,
    until: int | None = None,
    note: str = "",
) -> Act:
    """An act whose id comes from what Slack gives out once, so that a payload that comes again counts once."""
    return Act(
        act_id=f"slack-{_hash(kind, once, _LONG)}",
        anomaly_id=by.subject.anomaly_id,
        kind=kind,
        by=by.by,
        at=now,
        until=until,
        note=note,
    )


def _hash(kind: str, once: str, characters: int) -> str:
    digest = hashlib.sha256(f"{kind}|{once}".encode()).digest()
    return base64.b32encode(digest).decode()[:characters]
