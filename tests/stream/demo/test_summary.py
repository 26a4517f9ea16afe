"""The end of the demo says what became of each message."""

import io
from datetime import date

import pytest
from rich.console import Console

from alerting.cases.record import CaseRecord, ToldIn
from alerting.sinks.base import Receipt
from config.pricing import Pricing
from stream.demo.summary import Summary
from stream.demo.tally import Tally
from stream.demo.watcher import Watcher
from stream.digest.core import Sent
from stream.kafka.cluster import Cluster
from stream.kafka.topics import Topics
from tests.alerting_examples import anomaly

THERE = Receipt("C1", "1.0")


def summary(told: list[Receipt | None], digest: Receipt | None) -> Summary:
    """Of a run in which anomalies and the digest were told with these receipts."""
    watcher = Watcher(Cluster(("127.0.0.1:9",)), Topics())
    for number, receipt in enumerate(told):
        one = anomaly(anomaly_id=f"A-{number}")
        where = None if receipt is None else (receipt.channel, receipt.ts)
        told_in = ToldIn(sink="slack", address="#search", notice=one.anomaly_id, receipt=where)
        watcher.anomalies[one.anomaly_id] = one
        watcher.cases[one.anomaly_id] = CaseRecord(
            anomaly=one, state="opened", opened_at=0, changed_at=0, told=(told_in,)
        )
    watcher.digests[date(2026, 6, 28).isoformat()] = Sent(1, {"slack": digest})
    return Summary(Tally(Pricing()), watcher, "slack", simulated=False)


def printed(of: Summary) -> str:
    stream = io.StringIO()
    of.print(Console(file=stream, width=80, color_system=None), 1.0)
    return " ".join(stream.getvalue().split())


@pytest.mark.parametrize(
    ("told", "digest", "well", "said"),
    [
        ([THERE, THERE], THERE, True, "alerts 2 found, one message each"),
        ([], THERE, True, "alerts none"),
        ([THERE, None], THERE, False, "alerts 2 found, 1 not delivered: the errors above say why"),
        ([THERE], None, False, "digest not delivered: the errors above say why"),
    ],
)
def test_what_was_not_delivered_is_said(
    told: list[Receipt | None], digest: Receipt | None, said: str, *, well: bool
) -> None:
    """A demo whose messages reached nobody has not ended well, however right its amounts are."""
    of = summary(told, digest)

    assert said in printed(of)
    assert of.adds_up() is well
