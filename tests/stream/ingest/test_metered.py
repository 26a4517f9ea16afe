"""The usual messages become the same charges on the short way as on the one over the formats."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.series import SeriesKey
from config.rules import Rules
from stream.charge import Dimensions
from stream.formats import decode
from stream.ingest.gathering import Gathering
from stream.ingest.home import Home, Homes
from stream.ingest.metered import Metered
from stream.ingest.source import Span
from stream.memo import Memo
from stream.pricing import Pricer
from tests.stream.detect.batches import HOUR, rules
from tests.stream.formats.test_usual import EVENT
from tests.stream.ingest.lines import lines_of, parts_of

PARTITIONS = 3

_odd: st.SearchStrategy[Any] = st.sampled_from([None, "", "x", 1, 1.0, True, -1, "7", [], {}])
_data = st.dictionaries(
    st.sampled_from(
        [
            *("model", "service", "account", "team", "tags", "cost", "region", "id", "time"),
            *("requests", "input_tokens", "cache_read_tokens", "cache_write_tokens"),
            *(
                "output_tokens",
                "gen_ai.usage.output_tokens",
                "gen_ai.usage.cache_read_input_tokens",
            ),
        ]
    ),
    _odd | st.integers(0, 10**15) | st.sampled_from(["gpt-4o", "gemini-2.5-pro", "house", "0.25"]),
    max_size=4,
)
_changes = st.dictionaries(
    st.sampled_from([*EVENT, "datacontenttype"]),
    _odd | st.sampled_from(["2025-04-01T00:14:59.9Z", "2025-04-01T00:15:00Z", "2031-01-01"]),
    max_size=1,
)
_event = st.builds(
    lambda changes, data: {**EVENT, "data": {**EVENT["data"], **data}, **changes},  # type: ignore[dict-item]  # it is one
    _changes,
    _data,
)


def house_rules() -> Rules:
    """Rules with prices of large whole numbers, whose products do not fit into 64 bits."""
    override = {"model": "house", "input_per_million": "3.5", "output_per_million": "1e7"}
    text = rules().model_dump(mode="json", exclude_none=True) | {
        "pricing": {"overrides": [override]}
    }
    return Rules.model_validate(text)


class ByService:
    """A series a service."""

    shares = dated = False

    def era(self, _: int) -> int:
        return 0

    def homes(self, source: str, dimensions: Dimensions, _: int) -> Homes:
        key = SeriesKey(source, "team", dimensions.service, "", "usage", dimensions.currency)
        return Homes((Home(key, len(dimensions.service) % PARTITIONS),))


def bytes_of(message: list[Any]) -> bytes:
    return json.dumps(message[0] if len(message) == 1 else message).encode()


def gathered(messages: list[list[Any]]) -> Gathering:
    """All messages, each on the short way or, where it is none, on the long one."""
    known = house_rules()
    gathering, pricer = new(), Pricer(known.pricing)
    metered = Metered(gathering, pricer, Memo())
    for offset, message in enumerate(messages):
        if metered.take(offset, bytes_of(message)) is None:
            formats(gathering, pricer, offset, message)
    return gathering


def formats(gathering: Gathering, pricer: Pricer, offset: int, message: list[Any]) -> None:
    """A message over the formats."""
    for charge in decode("usage", bytes_of(message)).charges:
        gathering.add(offset, charge, pricer.priced(charge))


def new() -> Gathering:
    return Gathering(ByService(), Span("usage", 0, 1, 0, 9), PARTITIONS)


def said(gathering: Gathering) -> list[object]:
    """All that batches say, whichever form it has."""
    gathering.finish(None, HOUR)
    batches: list[object] = []
    for one in gathering.batches:
        lines = [
            (key, line._replace(contributor=0), one.contributors[line.contributor])
            for key, line in lines_of(one)
        ]
        lines.sort(key=lambda each: (each[1].offset, repr(each)))
        batches.append((lines, sorted(parts_of(one), key=repr), one.present))
    return batches


@given(st.lists(st.lists(_event, min_size=1, max_size=3), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_both_ways_say_the_same(messages: list[list[Any]]) -> None:
    """Charges, times and identities, whatever the fields say."""
    expected = new()
    for offset, message in enumerate(messages):
        formats(expected, Pricer(house_rules().pricing), offset, message)
    both = gathered(messages)
    assert both.count == expected.count
    assert said(both) == said(expected)


def taken(*messages: bytes) -> tuple[list[int | None], Gathering]:
    gathering = new()
    metered = Metered(gathering, Pricer(house_rules().pricing), Memo())
    return [metered.take(at, message) for at, message in enumerate(messages)], gathering


def test_usual_messages_take_the_short_way() -> None:
    """One event, an array, lines, and the same with a model that has no price."""
    one = json.dumps(EVENT).encode()
    other = json.dumps({**EVENT, "data": {"input_tokens": 1, "model": "unheard-of"}}).encode()
    times, gathering = taken(one, b"[" + one + b"," + other + b"]", one + b"\n" + other, other)
    assert times == [1_743_465_600] * 4
    assert gathering.count == 6


@pytest.mark.parametrize(
    "data",
    [{"cost": 1}, {"model": "gemini-2.5-pro"}, {"model": "house", "output_tokens": 10**15}],
)
def test_other_costs_are_usual_too(data: dict[str, Any]) -> None:
    """A cost of the event's own, a price that rises with the length, and more than 64 bits."""
    event = {**EVENT, "data": {**EVENT["data"], **data}}  # type: ignore[dict-item]  # it is one
    times, gathering = taken(json.dumps(event).encode(), json.dumps([EVENT, event]).encode())
    assert times == [1_743_465_600] * 2
    assert gathering.count == 3


def test_a_message_with_a_bad_event_is_left_whole() -> None:
    """The formats say what is wrong, and take the others."""
    bad = {**EVENT, "data": {"input_tokens": -1}}
    costly = {**EVENT, "data": {"cost": "1"}}
    times, gathering = taken(
        *(json.dumps(each).encode() for each in (bad, [EVENT, bad], [costly, bad]))
    )
    assert times == [None] * 3
    assert gathering.count == 0


def test_costs_of_many_digits_are_exact() -> None:
    """Those go as lines, whose costs are decimals."""
    data = {"provider": "", "model": "house", "input_tokens": 10**15, "output_tokens": 10**15}
    gathering = gathered([[{**EVENT, "data": data}]])
    gathering.finish(None, HOUR)
    ((line,),) = [each.lines for batch in gathering.batches for each in batch.series]
    assert line.cost == Decimal(10**15) * (Decimal("3.5") + 10**7) / 10**6


def test_prices_that_change_within_a_chunk_are_those_of_each_time() -> None:
    """Of events that are alike otherwise."""
    data = {"provider": "deepseek", "model": "deepseek-chat", "input_tokens": 9000}
    messages = [
        [{**EVENT, "time": f"2025-08-01T{at}:00Z", "data": data}]
        for at in ("16:29", "16:31", "16:28", "23:00")
    ]
    expected = new()
    for offset, message in enumerate(messages):
        formats(expected, Pricer(house_rules().pricing), offset, message)
    assert said(gathered(messages)) == said(expected)
    costs = {line.cost for batch in expected.batches for _, line in lines_of(batch)}
    assert len(costs) == 2


def test_a_price_that_rises_with_the_length_is_told_with_each_charge() -> None:
    """Short and long inputs of one model have places of their own, there and back."""
    messages = [
        [{**EVENT, "data": {**EVENT["data"], "model": "gemini-2.5-pro", "input_tokens": tokens}}]  # type: ignore[dict-item]  # it is one
        for tokens in (4_000, 900_000, 4_000, 900_000)
    ]
    expected = new()
    for offset, message in enumerate(messages):
        formats(expected, Pricer(house_rules().pricing), offset, message)
    both = gathered(messages)
    assert said(both) == said(expected)
    (columns,) = [one.columns for one in both.batches if one.columns is not None]
    assert len({place.rates for place in columns.places}) == 2
