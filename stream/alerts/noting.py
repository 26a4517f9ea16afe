"""What was said, until a worker's records show it."""

from collections.abc import Mapping, Sequence

import msgspec

from alerting.cases.acts import Act
from alerting.cases.record import CaseRecord
from stream.alerts.reading import Said, decode_case, decode_said


class ActsShown:
    """Waits for cases that show what was done about them.

    Args:
        acts: what is done, one an anomaly.
        known: the cases before, by the anomaly's id.
    """

    def __init__(self, acts: Sequence[Act], known: Mapping[str, CaseRecord]) -> None:
        self._waiting = {act.anomaly_id: act for act in acts}
        self.cases = {  # that show it, by the anomaly's id; what stands already brings no new record
            name: known[name]
            for name, act in self._waiting.items()
            if name in known and stands(known[name], act)
        }

    @property
    def is_all(self) -> bool:
        """Whether all acts are shown."""
        return len(self.cases) == len(self._waiting)

    def take(self, value: bytes) -> bool:
        """Look at a record of `cases`; true once all acts are shown."""
        try:
            case = decode_case(value)
        except msgspec.MsgspecError:
            return False
        act = self._waiting.get(case.anomaly.anomaly_id)
        if act is not None and shows(case, act):
            self.cases[case.anomaly.anomaly_id] = case
        return self.is_all


class SaidShown:
    """Waits for silences and planned events as they were said."""

    def __init__(self, said: Sequence[Said]) -> None:
        self._waiting = list(said)

    def take(self, value: bytes) -> bool:
        """Look at a record of `silences`; true once all of them are shown."""
        try:
            shown = decode_said(value)
        except msgspec.MsgspecError:
            return False
        if shown in self._waiting:
            self._waiting.remove(shown)
        return not self._waiting


def stands(case: CaseRecord, act: Act) -> bool:
    """Whether a case is already as the act wants it: then the act changes nothing."""
    newest = (case.acknowledged, case.snoozed, case.judged)
    if act.kind == "reopen":
        return newest == (None, None, None)
    return any(one is not None and _said(one) == _said(act) for one in newest)


def _said(act: Act) -> tuple[str, str, int | None, str]:
    return act.kind, act.by.id, act.until, act.note


def shows(case: CaseRecord, act: Act) -> bool:
    """Whether a case knows of an act: as the newest of its kind, or in its history."""
    newest = (case.acknowledged, case.snoozed, case.judged)
    return any(one is not None and one.act_id == act.act_id for one in newest) or any(
        (one.kind, one.at, one.by) == (act.kind, act.at, act.by) for one in case.history
    )
