"""What the pictures of Slack tell: an alert with buttons, its end with the thread, and a flood."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import msgspec
from slack_look import message, thread

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, Actor
from alerting.cases.case import Case, Happening, Said
from alerting.render.blocks import slack_blocks
from alerting.render.case import render_case
from alerting.render.group import render_group
from alerting.render.milestone import acted, render_milestone
from alerting.render.picture import chart_png
from alerting.render.view import View

ANN = Actor("U0ANN", "Ann Okafor", "slack")
MINUTE = 60
LINKS = (
    ("Runbook", "https://wiki.example.com/llm-spend"),
    ("Grafana", "https://grafana.example.com/d/llm"),
)
FLOODED = (
    ("Amazon Elastic Compute Cloud", "9.4"),
    ("Amazon OpenSearch Service", "6.1"),
    ("Amazon Relational Database Service", "4.8"),
    ("Amazon ElastiCache", "3.9"),
    ("Amazon Simple Storage Service", "2.2"),
    ("AWS Lambda", "1.7"),
    ("Amazon CloudWatch", "1.3"),
    ("Amazon Kinesis", "1.1"),
    ("AWS Glue", "0.9"),
    ("Amazon DynamoDB", "0.8"),
    ("Amazon SageMaker", "0.5"),
    ("Amazon MSK", "0.4"),
)


def opened(anomaly: Anomaly) -> str:
    """As a team first hears of it."""
    told = _seconds(anomaly)
    view = View(
        state="opened",
        now=told + MINUTE,
        owner=anomaly.team,
        mentions=("S0ONCALL",),
        links=LINKS,
        can_act=True,
    )
    blocks = slack_blocks(render_case(_case(anomaly, told), view), anomaly.anomaly_id)
    return message(blocks, f"{anomaly.updated_at:%H:%M}")


def over(first: Anomaly, revisions: Sequence[Anomaly]) -> str:
    """The same message when it is over, and what was said in its thread."""
    last = revisions[-1]
    told, ended = _seconds(first), _seconds(last)
    took = Act(
        act_id="1",
        anomaly_id=first.anomaly_id,
        kind="acknowledge",
        by=ANN,
        at=told + 4 * MINUTE,
        note="retries of the summariser, rolling back",
    )
    did = Happening("acknowledge", took.at, ANN, took.note)
    worst = max(
        revisions, key=lambda each: ("low", "medium", "high", "critical").index(each.severity)
    )
    past = (
        Happening("opened", told),
        did,
        Happening("worse", _seconds(worst)),
        Happening("resolved", ended),
    )
    case = _case(last, told, history=past, acknowledged=took)
    view = View(state="resolved", now=ended, owner=last.team, links=LINKS, can_act=True)
    said = Said("opened", told, 1, first.severity, str(first.impact), "opened")
    replies = [
        (acted(case, did), took.at),
        (render_milestone(_case(worst, told), "worse", view, said), _seconds(worst)),
        (render_milestone(case, "resolved", view, said), ended),
    ]
    talk = [message(slack_blocks(reply), _clock(first, at - told)) for reply, at in replies]
    talk.insert(0, message([], f"{first.updated_at:%H:%M}", chart_png(revisions[-1])))
    blocks = slack_blocks(render_case(case, view), first.anomaly_id)
    return message(blocks, f"{first.updated_at:%H:%M}") + thread(talk)


def flood(anomaly: Anomaly) -> str:
    """Many services of one account at once, told as one."""
    account = msgspec.structs.replace(
        anomaly.contributors[0],
        dimension="account",
        value="4711-staging",
        change="moved",
        share=0.97,
    )
    told = _seconds(anomaly)
    cases = [
        _case(_resized(anomaly, number, service, Decimal(factor), account), told)
        for number, (service, factor) in enumerate(FLOODED)
    ]
    view = View(
        state="opened", now=told + MINUTE, notice="G-7K2M4", links=LINKS[:1], is_told_in=("#sre",)
    )
    return message(
        slack_blocks(render_group(cases, view, "flood", ()), "G-7K2M4"),
        f"{anomaly.updated_at:%H:%M}",
    )


def _resized(
    anomaly: Anomaly, number: int, service: str, factor: Decimal, account: object
) -> Anomaly:
    changes = {name: getattr(anomaly, name) * factor for name in ("actual", "expected", "impact")}
    return msgspec.structs.replace(
        anomaly,
        anomaly_id=f"A-{service[-4:].upper()}{number:02}",
        source="billing",
        team=("platform", "search", "data-platform")[number % 3],
        service=service,
        environment="staging",
        contributors=(account,),
        impact_per_day=anomaly.impact_per_day * factor,
        outlook=None,
        **changes,
    )


def _case(anomaly: Anomaly, told: int, **changes: object) -> Case:
    fields = {"opened_at": told, "history": (Happening("opened", told),), **changes}
    return msgspec.structs.replace(Case(anomaly=anomaly, opened_at=told), **fields)


def _seconds(anomaly: Anomaly) -> int:
    return int(anomaly.updated_at.timestamp())


def _clock(anomaly: Anomaly, later: int) -> str:
    return f"{anomaly.updated_at + timedelta(seconds=later):%H:%M}"
