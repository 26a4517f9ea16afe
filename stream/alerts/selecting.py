"""Which cases a list is to show."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, get_args

from alerting.anomaly import Severity
from alerting.cases.case import CaseState
from alerting.cases.record import CaseRecord
from config.glob import glob_matches
from stream.errors import UserError

OPEN, ALL = "open", "all"
STATES: Final = (OPEN, ALL, *get_args(CaseState))
SEVERITIES: Final = get_args(Severity)


class Selection(NamedTuple):
    """What a case must be to be shown; patterns as in rules."""

    team: str = "*"
    service: str = "*"
    states: tuple[str, ...] = (OPEN,)
    severities: tuple[str, ...] = ()  # none: any
    since: int | None = None  # epoch seconds: first heard of then or later
    notice: str | None = None  # key of a message that tells of it

    def holds(self, case: CaseRecord) -> bool:
        """Whether the case is one."""
        anomaly = case.anomaly
        return (
            glob_matches(self.team, anomaly.team)
            and glob_matches(self.service, anomaly.service)
            and any(_is_in(case, state) for state in self.states)
            and (not self.severities or anomaly.severity in self.severities)
            and (self.since is None or case.opened_at >= self.since)
            and (self.notice is None or self.notice in {told.notice for told in case.told})
        )


def select(cases: Iterable[CaseRecord], selection: Selection) -> list[CaseRecord]:
    """The cases that were meant, the newest first."""
    chosen = [case for case in cases if selection.holds(case)]
    return sorted(chosen, key=lambda case: (-case.opened_at, case.anomaly.anomaly_id))


def names_of(text: str, option: str, known: Sequence[str]) -> tuple[str, ...]:
    """Names with commas between them.

    Raises:
        UserError: if one is not known.
    """
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise UserError(f"{option} {name}: take of {', '.join(known)}", exit_code=2)
    if not names:
        raise UserError(f"{option}: is empty; take of {', '.join(known)}", exit_code=2)
    return names


def _is_in(case: CaseRecord, state: str) -> bool:
    """``open`` is what is not over, whatever people did."""
    if state == OPEN:
        return case.anomaly.state == "open"
    return state in {ALL, case.state}
