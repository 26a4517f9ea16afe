"""How fast places are told."""

from collections.abc import Callable

from stream.notify.pace import Pace


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def waits(chance: Callable[[], float], count: int) -> list[float]:
    """How long a sink is left alone after each of so many failures, one after the other."""
    clock = Clock()
    pace, found = Pace(clock, chance), []
    for _ in range(count):
        found.append(pace.failed("slack"))
        clock.now += found[-1]
    return found


def test_a_channel_is_told_once_a_second() -> None:
    """After a message a place waits as long as its sink asks for; others do not."""
    clock = Clock()
    pace = Pace(clock)
    pace.told("slack #a", 1.0)

    assert not pace.is_free("slack #a")
    assert pace.is_free("slack #b")
    clock.now += 1.0
    assert pace.is_free("slack #a")


def test_failures_wait_longer_each_time_up_to_a_minute() -> None:
    """Without being asked for a time the waits double, between half of it and all of it."""
    assert waits(lambda: 1.0, 8) == [1, 2, 4, 8, 16, 32, 60, 60]
    assert waits(lambda: 0.0, 3) == [0.5, 1, 2]


def test_what_fails_together_counts_once() -> None:
    """Eight requests that were under way when a sink failed do not make it wait for eight failures."""
    clock = Clock()
    pace = Pace(clock, chance=lambda: 1.0)
    assert [pace.failed("slack") for _ in range(8)] == [1] * 8
    clock.now += 1
    assert pace.is_free("slack")
    assert pace.is_failing("slack")
    assert pace.failed("slack") == 2


def test_a_clock_that_is_set_back_waits_for_nothing() -> None:
    """Nobody waits an hour for a second because the clock was wrong."""
    clock = Clock()
    pace = Pace(clock)
    pace.told("slack #a", 1.0)
    clock.now -= 100

    assert pace.is_free("slack #a")


def test_success_forgets_failures() -> None:
    """After a success the next failure waits as little as the first."""
    clock = Clock()
    pace = Pace(clock, chance=lambda: 1.0)
    pace.failed("slack")
    clock.now += 1
    pace.failed("slack")
    pace.told("slack")

    assert pace.is_free("slack")
    assert pace.failed("slack") == 1


def test_what_was_asked_for_is_kept() -> None:
    """`Retry-After` is waited for, neither shorter nor longer."""
    clock = Clock()
    pace = Pace(clock)
    assert pace.failed("slack #a", 30.0) == 30.0
    clock.now += 29.9
    assert not pace.is_free("slack #a")
    clock.now += 0.1
    assert pace.is_free("slack #a")


def test_what_rested_once_is_not_remembered_for_ever() -> None:
    """Names are those of messages too: years of them leave nothing behind, and who rests now still rests."""
    clock = Clock()
    pace = Pace(clock)
    for number in range(20_000):
        clock.now += 1
        pace.failed(f"slack #a A-{number}", 60.0)

    assert len(pace._rests) <= 1000
    assert not pace.is_free("slack #a A-19999")
    assert pace.is_free("slack #a A-1")
