"""When faults are made and undone."""

from pathlib import Path
from random import Random

from benchmarks.chaos.brokers import Brokers
from benchmarks.chaos.faults import Faults, Kind
from benchmarks.chaos.workers import Workers


def faults_of(kind: Kind, count: int, seconds: float) -> Faults:
    return Faults(
        [kind], count, seconds, Workers({}, Path()), Brokers("127.0.0.1:1"), "charges", Random(1)
    )


def test_as_many_faults_as_asked_are_spread_over_the_time() -> None:
    """Each equal part of the time has one fault."""
    made_at: list[float] = []
    now = 0.0

    def make(_: Faults) -> bool:
        made_at.append(now)
        return True

    faults = faults_of(Kind("some", 1, make), count=5, seconds=50)
    while now < 60:
        faults.step(now)
        now += 0.1

    assert [int(at // 10) for at in made_at] == [0, 1, 2, 3, 4]
    assert faults.made == {"some": 5}


def test_a_fault_that_could_not_be_made_is_tried_again() -> None:
    """Only what was made is counted."""
    answers = iter([False, False, True])
    faults = faults_of(Kind("some", 1, lambda _: next(answers)), count=1, seconds=1)

    for now in (0.0, 1.0, 2.0, 3.0, 4.0):
        faults.step(now)

    assert faults.made == {"some": 1}
    assert list(answers) == []


def test_a_held_victim_is_let_go_when_its_time_has_come() -> None:
    """What a fault does is undone once, after so many seconds or at the end."""
    undone: list[str] = []

    def make(faults: Faults) -> bool:
        name = f"worker-{faults.made.total()}"
        faults.hold(name, 3, lambda: undone.append(name))
        return True

    faults = faults_of(Kind("some", 1, make), count=2, seconds=20)
    for now in range(11):
        faults.step(now)
    assert undone == ["worker-0"]

    faults.step(18)
    assert faults.is_held("worker-1")
    faults.undo_all()
    assert undone == ["worker-0", "worker-1"]
    assert not faults.is_held("worker-1")


def test_a_fault_that_is_undone_into_another_is_undone_to_the_end() -> None:
    """A broker that was started again counts as away until it serves; at the end nobody waits for that."""

    def make(faults: Faults) -> bool:
        faults.hold("brokers", 3, lambda: faults.hold("brokers", 9, lambda: None))
        return True

    faults = faults_of(Kind("some", 1, make), count=1, seconds=1)
    faults.step(0)
    faults.step(1)
    faults.step(5)
    assert faults.is_held("brokers")

    faults.undo_all()
    assert not faults.is_held("brokers")
