"""What happens while Slack is down: anomalies that open, grow and end, and people who act on them, at seeded times."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

from alerting import inbox
from alerting.cases.acts import Act, ActKind, Actor
from benchmarks.alerts.examples import revision, team_of

HOUR: Final = 3600
BEFORE: Final = 600  # seconds before the outage in which the first ones open
_OPEN_BEFORE: Final = 40
_IN_OUTAGE: Final = 100
_BURSTS: Final = ((1200, "team-03"), (2000, "team-07"), (2800, "team-11"))
_OF_BURST: Final = 20
_BURST_WITHIN: Final = 40.0  # seconds
_CHANGES: Final = 1000  # in the outage
_SEVERITIES: Final = ("medium", "high", "critical")
_SOMEBODY: Final = Actor("U0ANN", "Ann", "slack")


class Word(NamedTuple):
    """Something that is heard, seconds after the outage began."""

    at: float
    anomaly_id: str
    heard: inbox.Heard


class _Opening(NamedTuple):
    at: float
    anomaly_id: str
    team: str


def story(start: int, seed: int = 1) -> list[Word]:
    """All that is heard, in its order; ``start`` is the wall clock of the outage's beginning."""
    random = Random(seed)  # noqa: S311 - the same story each time
    openings = [
        _Opening(at, f"A-{number:06}", team or team_of(number))
        for number, (at, team) in enumerate(_times(random))
    ]
    more = _CHANGES - sum(one.at >= 0 for one in openings)
    changes = [len(openings) * number // more for number in range(more)]
    words = [
        word
        for number, one in enumerate(openings)
        for word in _life(one, changes.count(number), start, random)
    ]
    return sorted(words, key=lambda word: word.at)


def _times(random: Random) -> Iterator[tuple[float, str]]:
    for _ in range(_OPEN_BEFORE):
        yield random.uniform(-BEFORE, -60), ""
    for _ in range(_IN_OUTAGE):
        yield random.uniform(0, HOUR - 300), ""
    for at, team in _BURSTS:
        for _ in range(_OF_BURST):
            yield at + random.uniform(0, _BURST_WITHIN), team


def _life(one: _Opening, changes: int, start: int, random: Random) -> Iterator[Word]:
    number, severity, over = 1, 0, random.random() < 0.6
    yield _word(one, one.at, number, severity)
    times = sorted(random.uniform(max(one.at, 0) + 10, HOUR - 5) for _ in range(changes))
    for place, at in enumerate(times):
        if over and place == changes - 1:
            yield _word(one, at, number + 1, severity, timedelta(hours=5))
        elif random.random() < 0.7:
            number += 1
            severity = min(severity + (random.random() < 0.3), 2)
            yield _word(one, at, number, severity)
        else:
            yield _act(one, at, start, place, random)


def _word(
    one: _Opening, at: float, number: int, severity: int, lasted: timedelta | None = None
) -> Word:
    anomaly = revision(
        one.anomaly_id,
        number,
        team=one.team,
        severity=_SEVERITIES[severity],
        lasted=lasted,
        more=Decimal(25 * number),
    )
    return Word(at, one.anomaly_id, inbox.AnomalyHeard(anomaly))


def _act(one: _Opening, at: float, start: int, place: int, random: Random) -> Word:
    kind: ActKind = random.choice(("acknowledge", "snooze"))
    act = Act(
        act_id=f"{one.anomaly_id}-{place}",
        anomaly_id=one.anomaly_id,
        kind=kind,
        by=_SOMEBODY,
        at=start + int(at),
        until=start + 4 * HOUR if kind == "snooze" else None,
    )
    return Word(at, one.anomaly_id, inbox.ActHeard(act))
