"""A simulated company's spend: a cloud bill and LLM traffic, the same for the same seed, two events hidden."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec
import numpy as np

from stream.demo import bill, traffic
from stream.demo.hidden import HiddenEvent, hidden_events
from stream.demo.rhythm import DAY, HOUR

__all__ = ["END", "HIDDEN", "HiddenEvent", "SimulatedEvent", "hidden_events", "simulate"]

END: Final = datetime(2026, 6, 29, tzinfo=UTC)
"""Where the demo's simulation ends: a Monday, so that it holds whole weeks."""

HIDDEN: Final = hidden_events(END)
"""What is hidden in a simulation up to ``END`` with the default seed."""

_MINUTE: Final = 60


class SimulatedEvent(msgspec.Struct, frozen=True, gc=False):
    """One Kafka message to be: ``value`` is JSON, ``time`` the start of what it tells, in epoch seconds."""

    topic: Literal["billing", "usage"]
    time: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def simulate(weeks: int, end: datetime, seed: int = 7) -> Iterator[SimulatedEvent]:
    """The events of the ``weeks`` before ``end``, in the order of their times.

    The bill has a row an hour and line, with exact costs of 6 decimals, and a support fee on the first of
    a month. The traffic has an event a minute and feature, without a cost: that is the pipeline's work.
    Three weeks are some 250,000 events.

    Args:
        weeks: how many, 1 or more.
        end: exclusive, with a time zone; a part of a minute is cut off, and an hour that is not over
            is not billed.
        seed: chooses all that is random, the times of the hidden events too.

    Raises:
        ValueError: if ``end`` has no time zone or ``weeks`` is below 1.
    """
    if end.tzinfo is None or weeks < 1:
        raise ValueError(f"simulate({weeks}, {end}): weeks from 1 on, and an end with a time zone")
    stop = int(end.timestamp()) // _MINUTE * _MINUTE
    start = stop - weeks * 7 * DAY
    storm, scale_up = hidden_events(end, seed)
    minutes = np.arange(start, stop, _MINUTE, dtype=np.int64)
    hours = np.arange(-(-start // HOUR) * HOUR, stop - HOUR + 1, HOUR, dtype=np.int64)
    lines = [bill.charges(line, hours, seed, scale_up) for line in bill.LINES]
    features = [traffic.traffic(one, minutes, seed, storm) for one in traffic.FEATURES]
    return _merge(minutes.tolist(), hours.tolist(), lines, features)


def _merge(
    minutes: list[int],
    hours: list[int],
    lines: list[bill.Charges],
    features: list[traffic.Traffic],
) -> Iterator[SimulatedEvent]:
    """Each minute's traffic, after the bill of the hour that begins with it."""
    hour_numbers = {time: i for i, time in enumerate(hours)}
    for i, time in enumerate(minutes):
        if time in hour_numbers:
            yield from _billed(lines, hour_numbers[time], time)
        stamp = _stamp(time)
        for feature in features:
            value = feature.event(i, time, stamp)
            if value is not None:
                yield SimulatedEvent("usage", time, value, traffic.HEADERS)


def _billed(lines: list[bill.Charges], i: int, time: int) -> Iterator[SimulatedEvent]:
    period = bill.charge_period(time)
    for line in lines:
        yield SimulatedEvent("billing", time, line.row(i, period), bill.HEADERS)
    if time % DAY == 0 and _moment(time).day == 1:
        yield SimulatedEvent("billing", time, bill.support_fee(time), bill.HEADERS)


def _stamp(time: int) -> bytes:
    return f"{_moment(time):%Y-%m-%dT%H:%M:%SZ}".encode()


def _moment(time: int) -> datetime:
    return datetime.fromtimestamp(time, UTC)
