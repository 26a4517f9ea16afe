"""When a source has stopped: what is usual for it, and what is told once."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.inbox import SourceHeard
from config.rules import Rules
from stream.freshness.freshness import LOOK_EVERY, Freshness
from stream.freshness.rhythm import Rhythm
from stream.freshness.watch import FreshnessWatch
from stream.kafka.cluster import Cluster
from stream.kafka.topics import Topics
from tests.stream.detect.batches import rules

NOON = 1_772_452_800
MINUTE, HOUR, DAY = 60, 3600, 86_400


def watched(
    messages: Iterable[int], until: int, stale_after: int | None = None, every: int = LOOK_EVERY
) -> tuple[Freshness, list[SourceHeard]]:
    """Looks all the time from noon on; messages and the end as seconds after noon."""
    waiting, newest, seen, told = sorted(messages), None, Freshness(), []
    for now in range(0, until + 1, every):
        while waiting and waiting[0] <= now:
            newest = NOON + waiting.pop(0)
        seen = seen.seen(newest, NOON + now)
        heard = seen.decided("usage", NOON + now, stale_after)
        if heard is not None:
            told.append(heard)
            seen = seen.told(heard)
    return seen, told


def steady(every: int, until: int, first: int = 0) -> list[int]:
    return list(range(first, until, every))


def exports(days: int, hour: int = 6) -> list[int]:
    """A bill that comes once a day, within ten minutes."""
    return [day * DAY + hour * HOUR + second for day in range(days) for second in range(0, 600, 5)]


def nightly(days: int) -> list[int]:
    """Usage that rests for eight hours of each day, and on the sixth and seventh day."""
    return [
        day * DAY + minute * MINUTE
        for day in range(days)
        if day % 7 < 5
        for minute in range(16 * 60)
    ]


@pytest.mark.parametrize(
    ("messages", "usual", "within"),
    [
        (steady(5, DAY), LOOK_EVERY, 1.0),
        (steady(MINUTE, DAY), MINUTE, 1.2),
        (steady(HOUR, 3 * DAY), HOUR, 1.2),
        (exports(8), DAY, 1.2),
        (nightly(21), 56 * HOUR, 1.3),  # the weekend
    ],
)
def test_the_rhythm_is_how_long_it_is_usually_silent(
    messages: list[int], usual: int, within: float
) -> None:
    """By the clock: the seconds between the messages of a daily export say nothing."""
    seen, _ = watched(messages, max(messages))
    found = seen.rhythm.usual()
    assert found is not None
    assert usual / within <= found <= usual * within


@pytest.mark.parametrize(
    ("messages", "stale_after", "told_after"),
    [
        (steady(MINUTE, 8 * DAY), None, 600),  # never before ten minutes
        (steady(HOUR, 8 * DAY), None, 2 * HOUR),
        (exports(10), None, 2 * DAY),
        (steady(MINUTE, DAY), None, 3 * DAY),  # no weekend was seen
        (exports(8), 26 * HOUR, 26 * HOUR),
        ([0], 26 * HOUR, 26 * HOUR),
        ([0], None, None),  # nobody knows when the next one should come
        ([], 26 * HOUR, None),  # never came
        (steady(MINUTE, 30 * MINUTE), None, None),  # too little was watched
    ],
)
def test_a_stop_is_told_once(
    messages: list[int], stale_after: int | None, told_after: int | None
) -> None:
    """After twice the usual silence, or what the rules say, and then no more."""
    last = max(messages, default=0)
    _, told = watched(messages, last + 5 * DAY, stale_after, every=LOOK_EVERY * 2)

    if told_after is None:
        assert told == []
        return
    (one,) = told
    assert (one.stale, one.since) == (True, NOON + last)
    assert told_after < one.at - one.since <= told_after * 1.25 + 60


def test_its_return_is_told_once_with_the_same_moment() -> None:
    """Stop and return are of one event: both say since when."""
    stop, back, end = 8 * DAY, 8 * DAY + 2 * HOUR, 8 * DAY + 4 * HOUR
    _, told = watched([*steady(MINUTE, stop), *steady(MINUTE, end, back)], end)

    assert [one.stale for one in told] == [True, False]
    assert told[0].since == told[1].since == NOON + stop - MINUTE
    assert told[1].at - (NOON + back) <= LOOK_EVERY
    assert all(30 <= one.usually_every <= 72 for one in told)


def test_one_stop_is_no_habit() -> None:
    """The next one is told as soon as the first was."""
    messages = [*steady(MINUTE, 8 * DAY), *steady(MINUTE, 10 * DAY, 8 * DAY + 6 * HOUR)]
    _, told = watched(messages, 10 * DAY + 6 * HOUR)

    assert [one.stale for one in told] == [True, False, True]
    assert (told[2].at - told[2].since) - (told[0].at - told[0].since) <= LOOK_EVERY


def test_a_habit_is_no_stop() -> None:
    """A source that rests at night and over the weekend is no news: not the first week, nor later."""
    messages = nightly(21)
    assert watched(messages, max(messages))[1] == []


def test_what_nobody_watched_is_no_silence() -> None:
    """A worker that was away for a day did not see messages come, and does not learn that none did."""
    seen, _ = watched(steady(MINUTE, DAY), DAY)
    before = seen.rhythm.usual()
    now = NOON + 2 * DAY
    seen = seen.seen(now - 10, now)

    assert seen.decided("usage", now, None) is None
    assert seen.rhythm.usual() == before


_STEADY = watched(steady(MINUTE, 8 * DAY), 8 * DAY)[0]


@given(
    st.lists(st.tuples(st.integers(0, 4 * HOUR), st.booleans()), max_size=60),
    st.sampled_from([None, HOUR]),
)
def test_stop_and_return_take_turns(steps: list[tuple[int, bool]], stale_after: int | None) -> None:
    """Whatever comes and however often one looks: a return follows a stop, and a stop a return."""
    seen, now, newest, told = _STEADY, NOON + 8 * DAY, NOON + 8 * DAY - 60, []
    for passed, comes in steps:
        now += passed
        newest = now if comes else newest
        seen = seen.seen(newest, now)
        heard = seen.decided("usage", now, stale_after)
        if heard is not None:
            told.append(heard.stale)
            seen = seen.told(heard)
        assert seen.decided("usage", now, stale_after) is None
    assert told == [place % 2 == 0 for place in range(len(told))]


@given(st.lists(st.integers(-5, 10**9), max_size=50))
def test_any_gaps_make_a_sound_rhythm(gaps: list[int]) -> None:
    """What is usual is never nothing, and no shorter than nobody could see."""
    rhythm, at = Rhythm(), 0
    for gap in gaps:
        at += max(gap, 0)
        rhythm = rhythm.with_gap(gap, at)
    usual = rhythm.usual()
    assert usual is None or usual >= LOOK_EVERY


class TestWatch:
    """Several sources, and who takes over."""

    def new(self, known: Rules | None = None) -> FreshnessWatch:
        return FreshnessWatch(Cluster(("127.0.0.1:9",)), Topics("t-"), known or rules())

    def stopped(self) -> FreshnessWatch:
        watch = self.new()
        for minute in range(8 * 24 * 60):
            now = NOON + minute * MINUTE
            assert watch.take({"usage": now, "billing": None}, now) == []
        (told,) = watch.take({"usage": now, "billing": None}, now + HOUR)
        assert (told.source, told.stale) == ("usage", True)
        return watch

    def test_a_new_owner_does_not_tell_it_again(self) -> None:
        """It goes on from the bytes; the return is told by whoever sees it."""
        watch = self.stopped()
        other = FreshnessWatch.from_bytes(
            watch.to_bytes(), Cluster(("127.0.0.1:9",)), Topics("t-"), rules()
        )
        newest = watch.sources["usage"].newest
        assert newest is not None
        later = newest + 2 * HOUR
        assert other.take({"usage": newest, "billing": None}, later) == []
        (told,) = other.take({"usage": later, "billing": None}, later + 30)
        assert (told.stale, told.since) == (False, newest)

    def test_what_stands_on_the_topic_is_the_truth(self) -> None:
        """Also for a watch whose state is older."""
        watch = self.stopped()
        older, since = self.new(), watch.sources["usage"].newest
        assert since is not None
        heard = SourceHeard(source="usage", stale=True, since=since, usually_every=60, at=since)
        older.heard(heard)
        assert older.take({"usage": since, "billing": None}, since + 10 * DAY) == []
        assert older.sources["usage"].stopped == since

    def test_an_empty_state_is_a_beginning(self) -> None:
        """As a worker of an older version leaves it."""
        cluster = Cluster(("127.0.0.1:9",))
        assert FreshnessWatch.from_bytes(b"", cluster, Topics(), rules()).sources == {}

    @pytest.mark.parametrize("data", [b"\xc1", b"\x92\x02\x80", b"{}"])
    def test_a_state_of_something_else_is_refused(self, data: bytes) -> None:
        """A newer version, or no state at all."""
        with pytest.raises(ValueError, match=r"freshness|Expected|malformed"):
            self.new().restore(data)

    def test_the_rules_say_when_a_bill_is_late(self) -> None:
        """From the first day on, each source by its own."""
        known = rules(stale_after="26h")
        watch = self.new(known)
        assert watch.take({"usage": None, "billing": NOON}, NOON + HOUR) == []
        (told,) = watch.take({"usage": None, "billing": NOON}, NOON + 27 * HOUR)
        assert (told.source, told.usually_every) == ("billing", 26 * HOUR)

    def test_no_broker_says_nothing_of_a_source(self, caplog: pytest.LogCaptureFixture) -> None:
        """It is logged once, and no source is called stopped for it."""
        watch = self.new()
        assert asyncio.run(watch.look(NOON)) == []
        assert asyncio.run(watch.look(NOON + 30)) == []
        assert caplog.text.count("nobody can say whether the sources come") == 1

    def test_the_embedded_kafka_says_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        """It does not stamp messages, and replays weeks in a minute; it is not even asked."""
        cluster = Cluster(("127.0.0.1:9",), check_crcs=False)
        watch = FreshnessWatch(cluster, Topics(), rules(stale_after="1h"))
        assert asyncio.run(watch.look(NOON)) == []
        assert caplog.text == ""
