"""The two events that are hidden in the simulated spend, for the demo to find."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import numpy as np

from stream.demo.rhythm import DAY, HOUR, Floats, Times

MINUTE: Final = 60
STORM_SERVICE: Final = "support-assistant"
STORM_LENGTH: Final = 115 * MINUTE
SCALED_SERVICE: Final = "Amazon OpenSearch Service"
SCALED_TO: Final = 2.5

_RAMP: Final = ((0, 2.0), (5 * MINUTE, 3.5), (10 * MINUTE, 5.0))  # seconds from the start, times
_CUT_SHORT: Final = 0.35  # output tokens of a request that is given up and tried again
_SCALED_BEFORE: Final = 5 * DAY


@dataclass(frozen=True, slots=True)
class HiddenEvent:
    """An event on one series. ``end`` is exclusive; what is never ended ends with the simulation."""

    kind: Literal["retry-storm", "forgotten-scale-up"]
    title: str
    source: Literal["billing", "usage"]
    team: str
    service: str
    start: datetime
    end: datetime


def hidden_events(end: datetime, seed: int = 7) -> tuple[HiddenEvent, ...]:
    """What `simulate` hides before ``end``: a retry storm and a forgotten scale-up, in that order.

    The storm is on the second-last day, at a time between 9:00 and 16:00 UTC that the seed chooses; the
    service is scaled up five days before the end, in the working hours.
    """
    random = np.random.default_rng(seed)
    stops = int(end.timestamp())
    last_day = (stops - 1) // DAY * DAY
    storm = last_day - DAY + MINUTE * int(random.integers(9 * 60, 16 * 60))
    scaled = last_day + DAY - _SCALED_BEFORE + HOUR * int(random.integers(8, 17))
    return (
        HiddenEvent(
            kind="retry-storm",
            title="retry storm of an LLM feature",
            source="usage",
            team="customer-care",
            service=STORM_SERVICE,
            start=_utc(storm),
            end=min(_utc(storm + STORM_LENGTH), end),
        ),
        HiddenEvent(
            kind="forgotten-scale-up",
            title="service scaled up and forgotten",
            source="billing",
            team="search",
            service=SCALED_SERVICE,
            start=_utc(scaled),
            end=end,
        ),
    )


def request_factor(event: HiddenEvent, times: Times) -> Floats:
    """How many times the usual requests there are: a storm climbs in three steps of 5 minutes."""
    since = times - int(event.start.timestamp())
    factor = np.ones(times.size)
    for begins, times_usual in _RAMP:
        factor[since >= begins] = times_usual
    factor[since >= STORM_LENGTH] = 1.0
    return factor


def output_factor(event: HiddenEvent, times: Times) -> Floats:
    """How much of the usual output a request gets: in a storm most are given up half-way."""
    return np.where(request_factor(event, times) > 1, _CUT_SHORT, 1.0)


def scale_factor(event: HiddenEvent, times: Times) -> Floats:
    """How many times the usual amount is spent: once scaled up, it stays."""
    return np.where(times >= int(event.start.timestamp()), SCALED_TO, 1.0)


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
