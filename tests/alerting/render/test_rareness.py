"""How rare an anomaly is, in words."""

import pytest
from alerting_examples import anomaly

from alerting.render.anomaly import render_anomaly
from alerting.render.console import console_text
from alerting.render.rareness import rareness


@pytest.mark.parametrize(
    ("once", "never", "said"),
    [
        (0.3, None, "several times a day"),
        (1.2, None, "about daily"),
        (1.6, None, "once in about 2 days"),
        (41.7, None, "once in about 42 days"),
        (137.2, None, "once in about 140 days"),
        (1234.0, None, "once in about 1,200 days"),
        (None, 23.4, "never before in 23 days"),
        (None, None, None),
    ],
)
def test_in_words(once: float | None, never: float | None, said: str | None) -> None:
    """An estimate has two digits, and what never came is said so."""
    assert rareness(once, never) == said


def test_a_message_says_it() -> None:
    """Before the likely cause, and not at all where it is not known."""
    known = console_text(render_anomaly(anomaly(once_in_days=39.6)), "#c")
    never = console_text(render_anomaly(anomaly(never_in_days=23.0)), "#c")
    assert "How unusual: once in about 40 days for this series" in known
    assert "How unusual: never before in 23 days for this series" in never
    assert "How unusual" not in console_text(render_anomaly(anomaly()), "#c")
