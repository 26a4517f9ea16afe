"""The console."""

import asyncio
import io

import pytest
from alerting_examples import anomaly, notice

from alerting.sinks.base import Receipt
from alerting.sinks.console import ConsoleSink
from alerting.sinks.errors import Transient


def printed(before: Receipt | None, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    sink = ConsoleSink(stream)
    asyncio.run(sink.deliver(notice(anomaly()), "#search-alerts", before))
    return stream.getvalue()


def test_prints_the_message() -> None:
    """A first delivery shows the whole message with its channel."""
    shown = printed(None)

    assert "─ #search-alerts ─" in shown
    assert "█" in shown


def test_is_as_wide_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads the output, such as the demo, says by COLUMNS how wide its terminal is."""
    monkeypatch.setenv("COLUMNS", "60")

    assert {len(line) for line in printed(None).splitlines()} == {60}


def test_an_edit_is_one_line() -> None:
    """A later revision is told by its first line."""
    assert (
        printed(Receipt("#search-alerts", "A-EXAMPLE234"))
        == "#search-alerts: Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x\n"
    )


@pytest.mark.parametrize("before", [None, Receipt("#search-alerts", "A-EXAMPLE234")])
def test_why_it_comes_stands_first(before: Receipt | None) -> None:
    """A reminder or an escalation is said to be one, on whatever line it is told."""
    stream = io.StringIO()
    told = notice(anomaly(revision=2), reason="reminder")
    asyncio.run(ConsoleSink(stream).deliver(told, "#search-alerts", before))

    assert "Reminder" in stream.getvalue().splitlines()[0]


def test_a_closed_stream_may_come_back() -> None:
    """A stream that cannot be written to is no reason to forget an alert."""
    stream = io.StringIO()
    stream.close()

    with pytest.raises(Transient, match="cannot print"):
        printed(None, stream)
