"""State records whose insides are read late: what is wrong there is found then, and forgotten of one series alone."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from alerting.spend import SpendRecord
from detectors.engine import Detector
from detectors.places import LEARNED
from stream.detect import records
from stream.detect.core import DetectCore
from stream.detect.history import PAGE
from stream.detect.records import ModelRecord
from stream.ledger import Ledger
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

HOURS = 30  # three pages and six buckets of the fourth
TEAMS = ("ads", "search")
PARTS = ("contributors", "measures", "unit_cost", "creep", "rarity", "feedback", "outlook")


def _rows(first: int, end_: int) -> list[Row]:
    return [
        Row(START + HOUR * hour, Decimal(1), team) for hour in range(first, end_) for team in TEAMS
    ]


def _begun() -> tuple[dict[bytes, bytes], list[SpendRecord]]:
    """State of two series after so many hours, and what was told of them."""
    outcome = DetectCore(rules()).apply([batch(_rows(0, HOURS + 1), 0)])
    states = {key: value for key, value in outcome.states.items() if value is not None}
    return states, outcome.news.spend


def _key(states: dict[bytes, bytes], kind: bytes, team: str = "ads") -> bytes:
    return max(key for key in states if key.startswith(kind) and team.encode() in key)


def _changed(record: bytes, **fields: Any) -> bytes:
    model = msgspec.msgpack.decode(record, type=ModelRecord)
    return msgspec.msgpack.encode(msgspec.structs.replace(model, **fields))


def _after(states: dict[bytes, bytes]) -> tuple[DetectCore, list[SpendRecord]]:
    """Who takes over, and what it tells of the next ten hours and of late charges of all hours."""
    core, at = DetectCore(rules()), len(TEAMS) * (HOURS + 1)
    core.load(states)
    rows = _rows(HOURS + 1, HOURS + 11)
    spend = core.apply([batch(rows, at)]).news.spend
    late, at = _rows(0, HOURS), at + len(rows)
    spend += core.apply([batch(late, at), end(at + len(late))]).news.spend
    return core, spend


def _total(spend: list[SpendRecord]) -> Decimal:
    ledger = Ledger()
    for record in spend:
        ledger.add(record)
    return sum((line.cost for line in ledger.totals(())), Decimal(0))


def _learned(core: DetectCore) -> list[float]:
    series = sorted(core.series.values(), key=lambda one: one.text)
    detectors = [one.model.judge.detector for one in series]
    return [one.learned.numbers[LEARNED] for one in detectors if isinstance(one, Detector)]


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_part_of_a_model_is_learned_again(part: str) -> None:
    """It is noted once, the other series knows what it knew, and no money is lost."""
    states, _ = _begun()
    key = _key(states, records.MODEL)
    whole, spend = _after(states)
    damaged = states | {key: _changed(states[key], **{part: b"\xc1"})}
    core, told = _after(damaged)
    (noted,) = core.unreadable
    assert noted.startswith(key.decode())
    assert _learned(whole) == [HOURS + 11] * 2
    assert _learned(core) == [11, HOURS + 11]
    assert [record.cost for record in told] == [record.cost for record in spend]


def test_a_damaged_part_is_no_matter_until_it_is_needed() -> None:
    """Taking over reads no model, and says at once which ones have learned something."""
    states, _ = _begun()
    key = _key(states, records.MODEL)
    core = DetectCore(rules())
    core.load(states | {key: _changed(states[key], creep=b"\xc1")})
    assert core.unreadable == []
    assert [one.late_model.knows_nothing for one in core.series.values()] == [False, False]
    assert core.unreadable == []


@pytest.mark.parametrize("page", range(4))
def test_late_charges_of_a_page_with_damaged_buckets_are_entries_of_their_own(page: int) -> None:
    """Also those of the page that is not full yet: its further buckets begin it anew, and all money counts."""
    states, before = _begun()
    keys = sorted(key for key in states if key.startswith(records.CLOSED) and b"ads" in key)
    key = keys[page]
    record = msgspec.msgpack.encode((1, {START: "no bucket"}))
    core, spend = _after(states | {key: record})
    (noted,) = core.unreadable
    assert noted.startswith(key.decode())
    late = [one for one in spend if one.late]
    assert len(late) == min(HOURS - page * PAGE, PAGE)
    assert {one.team for one in late} == {"ads"}
    assert _total([*before, *spend]) == len(TEAMS) * (HOURS + 11 + HOURS)
