"""The measure of what deciding costs measures what it says."""

from benchmarks.alerts import deciding


def test_at_rest_everything_is_told_and_stays_open() -> None:
    """Ticks are counted once nothing is left to say."""
    held = deciding.Held()
    held.hear(deciding.silences(2))
    held.hear(deciding.anomalies(30))
    held.until_told()
    held.tick()

    assert len(held.core.memory.gathering.bundles) == 30
    assert held.core.pending == set()
    assert held.states


def test_a_burst_is_decided_in_whole() -> None:
    """All of a burst is told: in a few messages by default, in one each without floods."""
    *_, few, _ = deciding.burst(400, floods=True)
    *_, each, _ = deciding.burst(400, floods=False)

    assert few < 400
    assert each == 400


def test_who_takes_over_has_all() -> None:
    """Loading is timed on state that holds the cases."""
    loaded, first, every, megabytes = deciding.taking_over(50)

    assert 0 < loaded <= first <= every
    assert megabytes > 0.05
