"""What people said of alerts, read from a file, for a backtest: each word is said when its alert has come.

So it can be seen what an answer to alerts would have changed, before anybody gives one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import ActKind
from alerting.series import SeriesKey
from detectors.verdict import Direction
from stream.detect.hearing import WORDS, SeriesAct
from stream.errors import UserError

_EXAMPLE: Final = '{"anomaly_id": "A-EXAMPLE234", "kind": "wrong"}'


class FeedbackLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what was said of an anomaly. Moments are epoch seconds, or ISO 8601 with a zone.

    With ``series``, ``started_at`` and ``direction`` a *wrong* or *right* counts also where the rules raise no such anomaly.
    """

    anomaly_id: str
    kind: ActKind
    at: int | datetime | None = None  # None: as soon as the anomaly is told
    until: int | datetime | None = None
    note: str = ""
    by: Any = None
    series: str | None = None
    started_at: int | datetime | None = None
    direction: Direction | None = None


_decode = msgspec.json.Decoder(FeedbackLine).decode


def read_feedback(path: Path) -> list[FeedbackLine]:
    """The lines of a file of feedback, in its order; empty ones are left out.

    Raises:
        UserError: with file, line and remedy.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}", exit_code=3) from None
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                lines.append(_checked(_decode(line)))
            except ValueError as error:  # msgspec's errors are ValueErrors
                raise UserError(
                    f"{path}:{number}: {error}; a line is for example {_EXAMPLE}"
                ) from None
    return lines


class Answers:
    """Feedback that waits for its anomalies.

    Args:
        lines: what is to be said, in order.
    """

    def __init__(self, lines: Sequence[FeedbackLine]) -> None:
        words = [(f"line-{number}", line) for number, line in enumerate(lines)]
        self._waiting = [(act_id, line) for act_id, line in words if line.kind in WORDS]
        self.said = 0

    @property
    def unsaid(self) -> int:
        """How many found nothing to be said of."""
        return len(self._waiting)

    def due(self, told: Mapping[str, Anomaly], reached: Mapping[str, int]) -> list[SeriesAct]:
        """What is to be said now.

        Args:
            told: the anomalies that were told so far, by id.
            reached: event time up to which each source has come, epoch seconds.
        """
        acts: list[SeriesAct] = []
        left = []
        for act_id, line in self._waiting:
            act = _act_of(act_id, line, told.get(line.anomaly_id), reached)
            if act is None:
                left.append((act_id, line))
            else:
                acts.append(act)
        self._waiting = left
        self.said += len(acts)
        return acts


def _checked(line: FeedbackLine) -> FeedbackLine:
    for name in ("at", "until", "started_at"):
        moment = getattr(line, name)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise ValueError(f"{name} has no zone; write for example 2026-03-02T12:00:00Z")
    if line.series is not None:
        SeriesKey.parse(line.series)
    return line


def _act_of(
    act_id: str, line: FeedbackLine, told: Anomaly | None, reached: Mapping[str, int]
) -> SeriesAct | None:
    at, started = _seconds(line.at), _seconds(line.started_at)
    series, direction = line.series, line.direction
    if told is not None:
        series, direction = told.series, told.direction
        started = int(told.started_at.timestamp())
    elif at is None or line.kind not in ("wrong", "right"):
        return None
    if series is None or direction is None or started is None:
        return None
    if at is not None and reached.get(SeriesKey.parse(series).source, at - 1) < at:
        return None
    kind = next(word for word in WORDS if word == line.kind)
    teaches = kind == "expected" and line.until is None
    updated = started if at is None else at
    return SeriesAct(act_id, kind, line.anomaly_id, series, started, direction, updated, teaches)


def _seconds(moment: int | datetime | None) -> int | None:
    return int(moment.timestamp()) if isinstance(moment, datetime) else moment
