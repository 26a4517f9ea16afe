"""Which message tells of a case: its own, its group's, or that of a flood."""

import random
from typing import NamedTuple

import msgspec
import pytest

from alerting.notices.bundle import Bundle, Delivery, place_key
from alerting.notices.gathering import Gathering
from alerting.routing.target import Place, Target

SEARCH = Place("slack", "#search")
TARGET = Target(
    route="root/search", places=(SEARCH,), fallback=(Place("slack", "#spend"),), group_wait=2
)


class Bounds(NamedTuple):
    flood_more_than: int = 3
    flood_within: int = 60
    limit_messages: int = 5
    limit_per: int = 3600


def opened(
    gathering: Gathering,
    *names: str,
    at: int = 0,
    target: Target = TARGET,
    labels: dict[str, str] | None = None,
) -> list[Bundle]:
    return [
        bundle
        for name in names
        for bundle in gathering.join(name, labels or {}, target, set(names), at)
    ]


def test_each_case_has_a_message_of_its_own() -> None:
    """Without a group, two cases of a channel are two messages, each told after the wait."""
    first, second = opened(Gathering(Bounds()), "A-1", "A-2")

    assert (first.key, second.key) == ("A-1", "A-2")
    assert first.members == ("A-1",)
    assert first.tell_at == 2


def test_a_group_shares_a_message_while_one_of_it_fires() -> None:
    """Cases of the same values join the group's message; once all are over, the next begins another one."""
    target = msgspec.structs.replace(TARGET, group_by=("service",))
    gathering = Gathering(Bounds())
    join = gathering.join

    (first,) = join("A-1", {"service": "x"}, target, {"A-1"}, 0)
    assert join("A-2", {"service": "x"}, target, {"A-1", "A-2"}, 9) == [first]
    assert join("A-3", {"service": "y"}, target, {"A-1", "A-3"}, 9) != [first]
    assert first.members == ("A-1", "A-2")
    assert first.labels == (("service", "x"),)
    assert join("A-4", {"service": "x"}, target, {"A-4"}, 900) != [first]


def test_grouping_by_everything_is_no_grouping() -> None:
    """Alertmanager's `...` gives each case its own message."""
    target = msgspec.structs.replace(TARGET, group_by=("...",))
    first, second = opened(Gathering(Bounds()), "A-1", "A-2", target=target)

    assert first is not second


def test_a_flood_is_one_message_and_takes_in_what_was_not_told() -> None:
    """The fourth case within a minute makes a flood, with those of before that nobody was told yet."""
    gathering = Gathering(Bounds())
    told, *_ = opened(gathering, "A-1", at=0)
    told.deliveries[place_key(SEARCH)] = Delivery(receipt=("C1", "1.0"))
    opened(gathering, "A-2", "A-3", at=50)

    (flood,) = opened(gathering, "A-4", at=51)
    (later,) = opened(gathering, "A-5", at=100)

    assert flood.kind == "flood"
    assert later is flood
    assert set(flood.members) == {"A-2", "A-3", "A-4", "A-5"}
    assert gathering.of("A-1") == [told]
    assert gathering.of("A-2") == [flood]
    assert set(gathering.bundles) == {told.id, flood.id}


def test_a_flood_ends_when_none_came_for_a_while() -> None:
    """A case that comes a minute after the last of a flood has its own message again."""
    gathering = Gathering(Bounds(limit_messages=100))
    *_, flood = opened(gathering, *(f"A-{n}" for n in range(5)))

    assert opened(gathering, "B-1", at=60)[0] is flood
    assert opened(gathering, "B-2", at=121)[0].kind == "single"


def test_slow_cases_are_no_flood_but_have_a_limit() -> None:
    """Cases beyond a channel's limit share one message, and the next hour begins anew."""
    gathering = Gathering(Bounds())
    kinds = [opened(gathering, f"A-{n}", at=n * 100)[0].kind for n in range(8)]

    assert kinds == ["single"] * 5 + ["limit"] * 3
    assert len(opened(gathering, "A-8", at=800)[0].members) == 4
    assert opened(gathering, "B-1", at=7300)[0].kind == "single"


def test_channels_do_not_count_together() -> None:
    """A flood in one channel leaves another channel's messages alone."""
    gathering = Gathering(Bounds())
    opened(gathering, *(f"A-{n}" for n in range(9)))
    elsewhere = msgspec.structs.replace(TARGET, places=(Place("slack", "#other"),))

    assert opened(gathering, "B-1", target=elsewhere)[0].kind == "single"


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_dropped(seed: int) -> None:
    """Whatever comes when, each case is a member of exactly one message of its channel, also after a restart."""
    chance = random.Random(seed)
    gathering = Gathering(Bounds())
    names, at = [f"A-{n}" for n in range(60)], 0
    for name in names:
        at += chance.choice([0, 0, 1, 20, 300])
        opened(gathering, name, at=at)
        if chance.random() < 0.2:
            kept = [
                msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=Bundle)
                for one in gathering.bundles.values()
            ]
            gathering = Gathering(Bounds())
            for one in kept:
                gathering.put(one)
    assert [len(gathering.of(name)) for name in names] == [1] * len(names)
    assert sorted(member for one in gathering.bundles.values() for member in one.members) == sorted(
        names
    )
