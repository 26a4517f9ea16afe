"""How fast places are told."""

from stream.notify.pace import Pace


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


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
    longest = Pace(Clock(), chance=lambda: 1.0)
    shortest = Pace(Clock(), chance=lambda: 0.0)

    assert [longest.failed("slack") for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [shortest.failed("slack") for _ in range(3)] == [0.5, 1, 2]


def test_success_forgets_failures() -> None:
    """After a success the next failure waits as little as the first."""
    clock = Clock()
    pace = Pace(clock, chance=lambda: 1.0)
    pace.failed("slack")
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
