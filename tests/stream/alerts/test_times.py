"""Times as people type them at a shell."""

import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from stream.alerts.times import Span, duration_of, end_of, iso, moment_of, shown, since_of, span_of
from stream.errors import UserError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = moment_of("2026-11-22T07:00Z", "now")
HOUR = 3600


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-22T08:00Z", "2026-11-22T08:00:00Z"),
        ("2026-11-22T08:00+02:00", "2026-11-22T06:00:00Z"),
        ("2026-11-22T08:00", "2026-11-22T07:00:00Z"),
        ("2026-11-22 08:00", "2026-11-22T07:00:00Z"),
        ("2026-11-22", "2026-11-21T23:00:00Z"),
        ("2026-07-22T08:00", "2026-07-22T06:00:00Z"),
    ],
)
def test_a_time_without_a_zone_is_local(text: str, utc: str) -> None:
    """With summer time by the day that is meant."""
    assert iso(moment_of(text, "--until", BERLIN)) == utc


@pytest.mark.parametrize(
    "text", ["monday", "", "2026-13-01", "0001-01-01", "9999-12-31", "1e3", "2026-11-22T25:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """With the option, and what would be right."""
    with pytest.raises(
        UserError, match=r"^--until .*: write a time such as 2026-11-22T08:00"
    ) as refused:
        moment_of(text, "--until", BERLIN)
    assert refused.value.exit_code == 2


def test_a_moment_is_shown_with_its_zone() -> None:
    """So that nobody has to guess."""
    assert shown(NOW, BERLIN) == "2026-11-22 08:00 CET"
    assert shown(NOW, ZoneInfo("UTC")) == "2026-11-22 07:00 UTC"


@pytest.mark.parametrize(
    ("since", "until", "length", "span"),
    [
        (None, None, "2h", Span(NOW, NOW + 2 * HOUR)),
        (None, "2026-11-22T10:00", None, Span(NOW, NOW + 2 * HOUR)),
        ("2026-11-22T09:00", None, "90m", Span(NOW + HOUR, NOW + HOUR + 5400)),
        ("2026-11-22T06:00", "2026-11-22T09:00", None, Span(NOW - 2 * HOUR, NOW + HOUR)),
    ],
)
def test_a_span_is_from_now_or_a_time_on(
    since: str | None, until: str | None, length: str | None, span: Span
) -> None:
    """To a time, or for so long."""
    assert span_of(NOW, since, until, length, BERLIN) == span


@pytest.mark.parametrize(
    ("since", "until", "length", "said"),
    [
        (None, None, None, "it needs an end: write --for 2h, or --until"),
        (None, "2026-11-23", "2h", "--for and --until: say one of them"),
        (None, "2026-11-22T07:00", None, "ends at 2026-11-22 07:00 CET, before it starts at"),
        ("2026-11-24", "2026-11-23", None, "before it starts at 2026-11-24 00:00 CET"),
        ("2026-11-20", "2026-11-21", None, "2026-11-21 00:00 CET has passed; write a later end"),
        (None, None, "2", "--for 2: '2' is not a duration; write a number with a unit"),
        (None, None, "0h", "--for 0h: is no time at all"),
        (None, None, "999999999w", "--for 999999999w: ends after the year 2100"),
        ("soon", None, "2h", "--from soon: write a time such as"),
    ],
)
def test_an_impossible_span_is_refused(
    since: str | None, until: str | None, length: str | None, said: str
) -> None:
    """With what is wrong about it, and exit code 2."""
    with pytest.raises(UserError) as refused:
        span_of(NOW, since, until, length, BERLIN)
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_an_end_may_be_left_out() -> None:
    """Where something may hold for good."""
    assert end_of(NOW, None, None) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [("7d", NOW - 7 * 24 * HOUR), ("2026-11-22", NOW - 8 * HOUR), ("9999999w", 0)],
)
def test_since_is_a_while_ago_or_a_time(text: str, at: int) -> None:
    """Whichever was typed."""
    assert since_of(text, NOW, BERLIN) == at


def test_a_since_that_is_neither_is_refused() -> None:
    """In one line for both."""
    with pytest.raises(
        UserError, match="--since yesterday: write how long ago, such as 7d, or a time"
    ):
        since_of("yesterday", NOW)


def test_a_duration_has_a_unit() -> None:
    """As everywhere."""
    assert duration_of("1h30m", "--for") == 5400


@pytest.fixture
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine is there."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_berlin")
def test_the_machine_s_zone_is_the_local_one() -> None:
    """In summer as in winter, whichever it is now."""
    assert iso(moment_of("2026-11-22T08:00", "--until")) == "2026-11-22T07:00:00Z"
    assert iso(moment_of("2026-07-22T08:00", "--until")) == "2026-07-22T06:00:00Z"
    assert shown(moment_of("2026-07-22T08:00", "--until")) == "2026-07-22 08:00 CEST"
