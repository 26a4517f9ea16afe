"""Why a message comes."""

import pytest
from alerting_examples import anomaly, notice

from alerting.cases.case import Reason
from alerting.render.message import Message
from alerting.sinks.why import title


@pytest.mark.parametrize(
    ("reason", "text", "said"),
    [
        ("opened", "Opened ▲ rose +$5.00", "Opened ▲ rose +$5.00"),
        ("resolved", "Resolved ▲ rose +$5.00", "Resolved ▲ rose +$5.00"),
        ("resolved", "▲ +$5 today", "Resolved: ▲ +$5 today"),
        ("resolved", "Found late ▲ rose +$5.00", "Resolved: Found late ▲ rose +$5.00"),
        ("doubled", "Open ▲ rose +$5.00", "Doubled: Open ▲ rose +$5.00"),
        ("reopened", "Opened ▲ rose +$5.00", "Opened again: Opened ▲ rose +$5.00"),
        ("escalated", "Open ▲ rose +$5.00", "Escalated: Open ▲ rose +$5.00"),
        (None, "Open ▲ rose +$5.00", "Open ▲ rose +$5.00"),
    ],
)
def test_the_first_word_says_why(reason: Reason | None, text: str, said: str) -> None:
    """The reason stands first, unless the message begins with its word or there is none."""
    assert said == title(notice(anomaly(), reason=reason, message=Message(text, ())))
