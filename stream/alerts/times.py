"""Moments and durations as people type them at a shell, and as it shows them: in the machine's time zone."""

from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from alerting.render.plain import plain
from config.durations import parse_duration
from stream.errors import UserError

_END: Final = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp())
_REMEDY: Final = "write a time such as 2026-11-22T08:00 (local) or 2026-11-22T08:00Z"


class Span(NamedTuple):
    """From one moment to another, epoch seconds."""

    starts_at: int
    ends_at: int


def moment_of(text: str, option: str, zone: tzinfo | None = None) -> int:
    """Epoch seconds of an ISO time; without a zone it is of ``zone`` (None: the machine's).

    Raises:
        UserError: if it is none, or not of the years 1970 to 2100.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
        at = int(moment.timestamp())
    except (ValueError, OverflowError, OSError):
        at = -1
    if not 0 <= at < _END:
        raise UserError(f"{option} {plain(text)}: {_REMEDY}", exit_code=2)
    return at


def duration_of(text: str, option: str) -> int:
    """Seconds of a duration such as ``2h``.

    Raises:
        UserError: if it is none, or nothing.
    """
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise UserError(f"{option} {plain(text)}: {error}", exit_code=2) from None
    if seconds == 0:
        raise UserError(
            f"{option} {plain(text)}: is no time at all; write for example 2h", exit_code=2
        )
    return seconds


def end_of(
    now: int,
    until: str | None,
    length: str | None,
    zone: tzinfo | None = None,
    *,
    start: int | None = None,
) -> int | None:
    """When it ends: at ``until``, or ``length`` after its start (None: now); None if neither is said.

    Raises:
        UserError: if both are, or it ends before it starts or has ended.
    """
    if until is not None and length is not None:
        raise UserError("--for and --until: say one of them", exit_code=2)
    begun = now if start is None else start
    if length is not None:
        end, said = begun + duration_of(length, "--for"), f"--for {plain(length)}"
    elif until is not None:
        end, said = moment_of(until, "--until", zone), f"--until {plain(until)}"
    else:
        return None
    if end >= _END:
        raise UserError(f"{said}: ends after the year 2100; write an earlier end", exit_code=2)
    if end <= begun:
        raise UserError(
            f"{said}: ends at {shown(end, zone)}, before it starts at {shown(begun, zone)}; "
            "write a later end",
            exit_code=2,
        )
    if end <= now:
        raise UserError(f"{said}: {shown(end, zone)} has passed; write a later end", exit_code=2)
    return end


def span_of(
    now: int, since: str | None, until: str | None, length: str | None, zone: tzinfo | None = None
) -> Span:
    """From ``since`` (None: now) to what `end_of` says.

    Raises:
        UserError: as `end_of`, and if no end is said.
    """
    start = now if since is None else moment_of(since, "--from", zone)
    end = end_of(now, until, length, zone, start=start)
    if end is None:
        raise UserError("it needs an end: write --for 2h, or --until 2026-11-22T08:00", exit_code=2)
    return Span(start, end)


def since_of(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Epoch seconds of ``--since``: a duration before now, or a time.

    Raises:
        UserError: if it is neither.
    """
    try:
        return max(now - parse_duration(text), 0)
    except ValueError:
        pass
    try:
        return moment_of(text, "--since", zone)
    except UserError:
        raise UserError(
            f"--since {plain(text)}: write how long ago, such as 7d, or a time such as 2026-11-22",
            exit_code=2,
        ) from None


def shown(at: int, zone: tzinfo | None = None) -> str:
    """``2026-11-22 08:00 CET``: a moment in ``zone`` (None: the machine's), which it names."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone(zone):%Y-%m-%d %H:%M %Z}"


def iso(at: int) -> str:
    """``2026-11-22T07:00:00Z``: a moment for programs."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
