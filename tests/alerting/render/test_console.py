"""Messages on a terminal."""

from alerting_examples import anomaly
from hypothesis import given
from hypothesis import strategies as st

from alerting.render.anomaly import render_anomaly
from alerting.render.console import console_text


def test_reads_like_the_message_in_slack() -> None:
    """A panel with the channel on its edge holds the title first and the id last."""
    lines = console_text(render_anomaly(anomaly()), "#search-alerts", width=80).splitlines()

    assert lines[0].startswith("╭─ #search-alerts ─")
    assert "Opened ▲ rose +$480.00 a day" in lines[2]
    assert "A-EXAMPLE234, revision 1" in lines[-3]
    assert {80} == {len(line) for line in lines}


def test_markup_of_names_is_text() -> None:
    """What looks like a terminal library's markup is shown as it is."""
    shown = console_text(render_anomaly(anomaly(team="[bold red]x[/]")), "#c")

    assert "[bold red]x[/]" in shown


@given(st.text(), st.integers(20, 120))
def test_any_name_in_any_width(name: str, width: int) -> None:
    """No name and no width breaks the panel."""
    assert console_text(render_anomaly(anomaly(team=name, service=name)), "#c", width)
