"""What was said, until a worker's records show it."""

from collections.abc import Sequence

import msgspec

from alerting.cases.acts import Act
from alerting.cases.record import CaseRecord
from stream.alerts.reading import Said, decode_case, decode_said


class ActsShown:
    """Waits for cases that show what was done about them."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self._waiting = {act.anomaly_id: act for act in acts}
        self.cases: dict[str, CaseRecord] = {}  # that show it, by the anomaly's id

    def take(self, value: bytes) -> bool:
        """Look at a record of `cases`; true once all acts are shown."""
        try:
            case = decode_case(value)
        except msgspec.MsgspecError:
            return False
        act = self._waiting.get(case.anomaly.anomaly_id)
        if act is not None and shows(case, act):
            self.cases[case.anomaly.anomaly_id] = case
        return len(self.cases) == len(self._waiting)


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


def shows(case: CaseRecord, act: Act) -> bool:
    """Whether a case knows of an act: as the newest of its kind, or in its history."""
    newest = (case.acknowledged, case.snoozed, case.judged)
    return any(one is not None and one.act_id == act.act_id for one in newest) or any(
        (one.kind, one.at, one.by) == (act.kind, act.at, act.by) for one in case.history
    )
