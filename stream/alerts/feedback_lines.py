"""Feedback as lines of JSON: what people judged, with what a replay needs to find the anomaly again."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from alerting.cases.acts import Act
from alerting.cases.record import CaseRecord
from alerting.moment import Moment


class FeedbackLine(Act, frozen=True, kw_only=True):
    """An act, and which event on which series it speaks of."""

    series: str
    started_at: Moment
    direction: Literal["up", "down"]


encode = msgspec.json.Encoder().encode


def line_of(case: CaseRecord) -> FeedbackLine | None:
    """The line of a case; None if nobody judged it."""
    if case.judged is None:
        return None
    anomaly = case.anomaly
    return FeedbackLine(
        **msgspec.structs.asdict(case.judged),
        series=anomaly.series,
        started_at=anomaly.started_at,
        direction=anomaly.direction,
    )


def lines_of(cases: Iterable[CaseRecord]) -> list[FeedbackLine]:
    """All that was judged, in the order in which it was said."""
    lines = [line for case in cases if (line := line_of(case)) is not None]
    return sorted(lines, key=lambda line: (line.at, line.act_id))
