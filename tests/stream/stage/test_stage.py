"""A stage on a real Kafka: who may write a partition, and what becomes of a worker that was fenced."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from fixtures_kafka import Kafka

from config.settings import Settings
from stream.kafka.cluster import Cluster
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.stage.core import Changes
from stream.stage.stage import Stage
from tests.stream.stage.group import Group, opened, play

pytestmark = pytest.mark.kafka


class Count:
    """Counts its writes."""

    def __init__(self) -> None:
        self.value = 0
        self.unreadable: list[str] = []

    def load(self, states: Mapping[bytes, bytes]) -> None:
        self.value = int(states.get(b"n", b"0"))

    def apply(self, records: Iterable[Any]) -> Changes:
        for _ in records:
            self.value += 1
        return Changes({b"n": b"%d" % self.value}, [])


def one_more(core: Count) -> Changes:
    return core.apply([None])


NewStage = Callable[..., Stage[Count]]


@pytest.fixture
def new_stage(kafka: Kafka, topic_prefix: str) -> NewStage:
    settings = Settings.model_validate(
        {"kafka_brokers": kafka.brokers, "topic_prefix": topic_prefix, "partitions": 1}
    )
    with TopicAdmin(settings, wait=10) as admin:
        admin.create()
    topics = Topics(topic_prefix)

    def new(group: Group, **options: float) -> Stage[Count]:
        return Stage(
            group,
            cluster=Cluster(settings.kafka_brokers),
            name=f"{topics.group}-detect",
            state_topic=topics.state("detect"),
            new_core=lambda _: Count(),
            **options,
        )

    return new


def test_a_partition_that_is_not_assigned_is_not_opened_by_a_note(new_stage: NewStage) -> None:
    """The owner goes on undisturbed: nobody fences it to note what was delivered before a rebalance."""
    former, owner = new_stage(Group()), new_stage(Group())

    async def story() -> None:
        former.assigned({0})
        await opened(former)
        former.assigned(set())
        owner.assigned({0})
        await opened(owner)
        assert not await former.change(0, one_more)
        assert former.owned() == []
        assert await owner.change(0, one_more)
        assert owner.core(0) is not None

    play(former, owner, story=story)


def test_a_chunk_from_before_a_rebalance_does_not_open_the_partition(new_stage: NewStage) -> None:
    """It waited its turn while the partition went to another worker, which goes on undisturbed."""
    group = Group()
    former, owner = new_stage(group), new_stage(Group(consumer_generation_id=2))

    async def story() -> None:
        owner.assigned({0})
        await opened(owner)
        core = owner.core(0)
        group.consumer_generation_id = 2
        former.assigned(set())
        assert not await former.change(0, one_more, generation=1)
        assert former.owned() == []
        assert await owner.change(0, one_more)
        assert owner.core(0) is core

    play(former, owner, story=story)


def test_a_worker_that_was_stopped_and_wakes_up_writes_nothing(new_stage: NewStage) -> None:
    """It is fenced, hears of the rebalance, and gives the chunk back."""
    group = Group()
    zombie, owner = new_stage(group), new_stage(Group(consumer_generation_id=2))

    async def story() -> None:
        zombie.assigned({0})
        await opened(zombie)
        owner.assigned({0})
        await opened(owner)
        writing = asyncio.ensure_future(zombie.change(0, one_more, 1))
        await asyncio.sleep(0)
        group.rebalancing = True
        assert not await writing
        assert await owner.change(0, one_more)
        core = owner.core(0)
        assert core is not None
        assert core.value == 1

    play(zombie, owner, story=story)


def test_a_write_of_an_older_opening_that_fails_leaves_the_newer_one_alone(
    new_stage: NewStage,
) -> None:
    """After a missed generation the partition is opened anew; the old write's end does not close it again."""
    group = Group()
    stage = new_stage(group)

    async def story() -> None:
        stage.assigned({0})
        await opened(stage)
        first = stage.core(0)
        old = stage._opening(0)
        group.consumer_generation_id = 3
        stage.assigned({0})
        await opened(stage)
        second = stage.core(0)
        assert second is not first
        stage._drop(0, old)
        assert stage.core(0) is second
        assert await stage.change(0, one_more)

    play(stage, story=story)


def test_a_worker_that_is_about_to_end_holds_nothing(new_stage: NewStage) -> None:
    """Nor does one whose group is being shared out anew: it must not begin what it may not end."""
    group = Group()
    stage = new_stage(group)

    async def story() -> None:
        stage.assigned({0})
        assert stage.holds(0)
        assert not stage.holds(1)
        group.rebalancing = True
        assert not stage.holds(0)
        group.rebalancing, group.should_stop = False, True
        assert not stage.holds(0)
        group.should_stop, group.consumer_generation_id = False, 2
        assert not stage.holds(0)

    play(stage, story=story)


@pytest.mark.parametrize(("holds", "proved"), [(60.0, True), (0.0, False)])
def test_a_proof_that_took_longer_than_it_holds_is_none(
    new_stage: NewStage, *, holds: float, proved: bool
) -> None:
    """Stopped while the brokers answered, a worker wakes up with a commit that says nothing of now."""
    stage = new_stage(Group(), proof_holds=holds)

    async def story() -> None:
        stage.assigned({0})
        assert await stage.prove(0, one_more) is proved

    play(stage, story=story)


def test_a_chunk_that_takes_several_transactions_goes_on_where_it_was(new_stage: NewStage) -> None:
    """Each part is committed before the next; who comes after a crash between two finds the first ones done."""
    group, taken = Group(), asyncio.Event()
    stage, heir = new_stage(group), new_stage(Group(consumer_generation_id=2))
    parts: list[int] = []

    def without_end(core: Count) -> Changes:
        parts.append(core.value)
        if core.value == 3:
            heir.assigned({0})  # takes the partition away after three parts
            taken.set()
        return core.apply([None])._replace(more=True)

    def ten_more(core: Count) -> Changes:
        return core.apply([None])._replace(more=core.value < parts[-1] + 10)

    async def story() -> None:
        stage.assigned({0})
        await opened(stage)
        writing = asyncio.ensure_future(stage.change(0, without_end, 1))
        await taken.wait()
        await opened(heir)
        group.rebalancing = True
        assert not await writing
        core = heir.core(0)
        assert core is not None
        assert core.value in (parts[-1], parts[-1] + 1)  # the last part was committed, or was not
        assert await heir.change(0, ten_more)
        assert core.value == parts[-1] + 10

    play(stage, heir, story=story)
