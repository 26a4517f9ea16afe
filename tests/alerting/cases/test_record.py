"""The public record of a case."""

import msgspec
from cases_examples import ANN, T0, act, case, revised

from alerting.cases.record import CaseRecord, Quiet, ToldIn, record_of_case


def test_the_record_is_the_case_as_it_is_now() -> None:
    """State, people, quiet, owner, routes and messages."""
    one = case(revised(), act("snooze", until=T0 + 600), act("acknowledge"), act("right"))
    quiet = Quiet(kind="snoozed", by="Ann", until=T0 + 600)
    told = ToldIn(sink="slack", address="#search", notice="A-EXAMPLE234", receipt=("C1", "1.2"))

    record = record_of_case(one, quiet, "search", ("root/search",), (told,), T0 + 99)

    assert record == CaseRecord(
        anomaly=one.anomaly,
        state="snoozed",
        opened_at=T0,
        changed_at=T0 + 99,
        history=one.history,
        acknowledged=one.acknowledged,
        snoozed=one.snoozed,
        judged=one.judged,
        quiet=quiet,
        owner="search",
        routes=("root/search",),
        told=(told,),
    )
    assert record.acknowledged is not None
    assert record.acknowledged.by == ANN
    assert record_of_case(one, None, "", (), (), T0 + 600).state == "acknowledged"
    assert msgspec.json.decode(msgspec.json.encode(record), type=CaseRecord) == record
