"""Silence, and the end that it turns out to be."""

from decimal import Decimal

import pytest

from alerting.ending import Silence, is_told, least_silence, silence_after, track_of_end
from alerting.track import Track
from config.detection import Thresholds

HOUR, DAY = 3600, 86_400
START = 1_764_547_200
PLAIN = Thresholds()


def end(a_bucket: float, thresholds: Thresholds = PLAIN, fall: Track | None = None) -> Track | None:
    silence = Silence(START, Decimal("0.5"))
    usual = {"sku=db": a_bucket}
    return track_of_end(silence, START + DAY, HOUR, usual, a_bucket, fall, thresholds, "defaults")


@pytest.mark.parametrize(
    ("cost", "usual", "is_silent"),
    [
        ("0", 4.0, True),
        ("0.08", 4.0, True),
        ("0.09", 4.0, False),
        ("-3", 4.0, True),
        ("0", 0.0, False),
    ],
)
def test_what_is_next_to_nothing(cost: str, usual: float, *, is_silent: bool) -> None:
    """A fiftieth of what is usual; where nothing is usual, nothing is missed."""
    assert (silence_after(None, START, Decimal(cost), usual) is not None) is is_silent


def test_a_silence_adds_up_and_ends_with_the_first_spend() -> None:
    """What it cost is known when it is told."""
    silence = None
    for hour, cost in enumerate(("0", "0.01", "0", "0.02")):
        silence = silence_after(silence, START + hour * HOUR, Decimal(cost), 4.0)
    assert silence == Silence(START, Decimal("0.03"))
    assert silence_after(silence, START, Decimal(1), 4.0) is None


@pytest.mark.parametrize(("step", "least"), [(300, DAY), (3600, DAY), (DAY, 3 * DAY)])
def test_the_least_silence(step: int, least: int) -> None:
    """A day, and three buckets."""
    assert least_silence(step) == least


def test_an_end_is_what_the_silence_would_have_cost() -> None:
    """With what is saved a day as its pace."""
    track = end(4.0)
    assert track is not None
    assert (track.direction, track.channel) == ("down", "ended")
    assert (track.impact, track.pace) == (Decimal("-95.5"), Decimal(-96))
    assert track.counted.contributions == {"sku=db": (0.0, 96.0)}


def test_an_end_goes_on_under_the_id_of_its_fall() -> None:
    """Also where the fall began before the silence."""
    fall = end(4.0)
    assert fall is not None
    earlier = Track(**{name: getattr(fall, name) for name in fall.__struct_fields__} | {
        "started": START - 5 * HOUR, "named": None, "revision": 3, "channel": "drop",
    })  # fmt: skip
    told = end(4.0, fall=earlier)
    assert told is not None
    assert (told.identity, told.started, told.revision) == (START - 5 * HOUR, START, 3)


@pytest.mark.parametrize(
    ("a_bucket", "thresholds"),
    [
        (0.4, PLAIN),
        (4.0, Thresholds(enabled=False)),
        (4.0, Thresholds(min_impact=Decimal(100))),
    ],
)
def test_what_is_not_worth_telling(a_bucket: float, thresholds: Thresholds) -> None:
    """The thresholds are those of any anomaly."""
    assert end(a_bucket, thresholds) is None


def test_a_silence_is_told_once() -> None:
    """By the fall that lasted into it, or by its end."""
    fall = end(4.0)
    assert fall is not None
    assert not is_told(None, [fall])
    assert not is_told(Silence(START), [])
    assert is_told(Silence(START, told=True), [])
    assert is_told(Silence(START), [fall])
    assert not is_told(Silence(START + DAY), [fall])
