"""Stories of people who press buttons, from Slack's envelope to the topic and back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_peer import USER, choose, hand_in, press

from alerting.cases.acts import Act, Actor
from alerting.cases.silence import Silence
from alerting.inbox import ActHeard, SilenceHeard
from tests.stream.slack.workings import NOW, Working, working

ANN = Actor("U0ANN", "ann", "slack")


def story(happens: Callable[[Working], Awaitable[None]], **given: Any) -> Working:
    """A worker after what happened."""

    async def run() -> Working:
        async with working(**given) as worker:
            await happens(worker)
            return worker

    return asyncio.run(run())


def heard_act(worker: Working) -> Act:
    (heard,) = worker.kafka.heard
    assert isinstance(heard, ActHeard)
    return heard.act


async def fill_in(worker: Working, kind: str, **answers: Any) -> dict[str, Any]:
    """Press a button, and hand in the form that it opens."""
    await worker.take(press(kind))
    return await worker.take(hand_in(worker.view(), **answers))


@pytest.mark.parametrize("kind", ["acknowledge", "reopen"])
def test_a_press_is_an_act(kind: str) -> None:
    """What somebody of the team presses is noted, with who and when."""

    async def ann_presses(worker: Working) -> None:
        assert await worker.take(press(kind)) == {}

    act = heard_act(story(ann_presses))

    assert (kind, "A-1", ANN, NOW, None) == (act.kind, act.anomaly_id, act.by, act.at, act.until)


@pytest.mark.parametrize(
    ("choice", "until"),
    [("3600", NOW + 3600), ("86400", NOW + 86_400), ("monday", NOW + 7 * 86_400 - 3 * 3600)],
)
def test_a_snooze(choice: str, until: int) -> None:
    """The menu says until when; a Monday begins at nine."""

    async def ann_chooses(worker: Working) -> None:
        await worker.take(choose(choice))

    act = heard_act(story(ann_chooses))

    assert ("snooze", until) == (act.kind, act.until)


@pytest.mark.parametrize("choice", ["0", "-5", "99999999", "tuesday", "1e9"])
def test_a_choice_that_the_menu_has_not(choice: str) -> None:
    """What is none of the menu's choices does nothing."""

    async def somebody_chooses(worker: Working) -> None:
        await worker.take(choose(choice))

    assert story(somebody_chooses).kafka.heard == []


def test_the_same_press_counts_once() -> None:
    """An envelope that Slack sends again makes an act of the same id; another press does not."""

    async def slack_repeats(worker: Working) -> None:
        once = press("acknowledge", trigger="1.2")
        await worker.take(once)
        await worker.take(once)
        await worker.take(press("acknowledge", trigger="1.3"))

    heard = story(slack_repeats).kafka.heard
    ids = [one.act.act_id for one in heard if isinstance(one, ActHeard)]

    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("kind", ["acknowledge", "reopen", "expected", "wrong", "silence"])
def test_somebody_of_another_team(kind: str) -> None:
    """Who is no owner is told whose it is and whom to ask; nothing is noted, no form opens."""

    async def bob_presses(worker: Working) -> None:
        await worker.take(press(kind))

    worker = story(bob_presses, members=["U0CAROL"])

    assert "team search" in worker.ephemeral()
    assert "<!subteam^S0SEARCH>" in worker.ephemeral()
    assert worker.kafka.heard == []
    assert worker.slack.called("views.open") == []


def test_who_may_act_for_all_needs_no_group() -> None:
    """Slack is asked who is in a group only if that matters."""

    async def the_admin_presses(worker: Working) -> None:
        await worker.take(press("acknowledge", user={**USER, "id": "U0ADMIN"}))

    worker = story(the_admin_presses)

    assert len(worker.kafka.heard) == 1
    assert worker.slack.called("usergroups.users.list") == []


def test_groups_are_asked_for_once() -> None:
    """Who is in a group is kept for a while."""

    async def ann_presses_twice(worker: Working) -> None:
        await worker.take(press("acknowledge"))
        await worker.take(press("reopen"))

    assert story(ann_presses_twice).slack.called("usergroups.users.list") == [
        {"usergroup": "S0SEARCH"}
    ]


def test_groups_that_cannot_be_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    """Without the scope nobody of a group may act, and both the person and the log are told why."""

    async def ann_presses(worker: Working) -> None:
        await worker.take(press("acknowledge"))

    lacking = [{"ok": False, "error": "missing_scope"}]
    worker = story(ann_presses, usergroups_users_list=lacking)

    assert "usergroups:read" in worker.ephemeral()
    assert "usergroups:read" in caplog.text
    assert worker.kafka.heard == []


@pytest.mark.parametrize(
    ("answers", "until"),
    [
        ({}, NOW + 604_800),
        ({"until": "86400"}, NOW + 86_400),
        ({"until": "for_good"}, None),
        ({"until": "for_good", "date": "2026-03-02"}, NOW + 12 * 3600),
    ],
)
def test_it_is_expected(answers: dict[str, str], until: int | None) -> None:
    """The form says until when, for good or to the end of a day, and why."""

    async def ann_fills_in(worker: Working) -> None:
        assert await fill_in(worker, "expected", comment="load test", **answers) == {}

    act = heard_act(story(ann_fills_in))

    assert ("expected", until, "load test", "A-1") == (
        act.kind,
        act.until,
        act.note,
        act.anomaly_id,
    )


def test_it_is_wrong() -> None:
    """The form says why it should not have alerted."""

    async def ann_fills_in(worker: Working) -> None:
        await fill_in(worker, "wrong", reason="data was wrong", comment="bill doubled")

    act = heard_act(story(ann_fills_in))

    assert (act.kind, act.note) == ("wrong", "data was wrong: bill doubled")


def test_a_silence() -> None:
    """The form is filled with the series, and what is handed in is a silence of these matchers."""

    async def ann_fills_in(worker: Working) -> None:
        await fill_in(worker, "silence", comment="maintenance")

    (heard,) = story(ann_fills_in).kafka.heard

    assert isinstance(heard, SilenceHeard)
    assert heard.silence == Silence(
        silence_id=heard.silence.silence_id,
        matchers=('team="search"', 'service="OpenAI"', 'environment="production"'),
        starts_at=NOW,
        ends_at=NOW + 86_400,
        by=ANN,
        comment="maintenance",
        created_at=NOW,
    )
    assert heard.silence.silence_id.startswith("S-")


def test_a_silence_of_another_team() -> None:
    """Whoever rewrites the matchers to another team's must be an owner of that."""

    async def ann_reaches_far(worker: Working) -> None:
        worker.slack.answers["usergroups.users.list"] = [
            {"ok": True, "users": ["U0ANN"]},
            {"ok": True, "users": ["U0CAROL"]},
        ]
        await fill_in(worker, "silence", matchers="team=infra", comment="mine now")

    worker = story(ann_reaches_far)

    assert "team infra" in worker.ephemeral()
    assert worker.kafka.heard == []


@pytest.mark.parametrize(
    ("kind", "answers", "block", "said"),
    [
        ("silence", {"comment": "x", "matchers": "service=OpenAI"}, "matchers", "Name one team"),
        ("silence", {"comment": "x", "matchers": "team=~.*"}, "matchers", "Name one team"),
        ("silence", {"comment": "x", "matchers": "team="}, "matchers", "Name one team"),
        ("silence", {"comment": "x", "matchers": "team=a\nwhat"}, "matchers", "is no matcher"),
        ("silence", {"comment": "  "}, "comment", "Say why"),
        ("silence", {"comment": "x", "for": "1"}, "for", "Choose one"),
        ("expected", {"date": "2026-03-01"}, "date", "not over"),
        ("expected", {"date": "2126-03-01"}, "date", "ten years"),
        ("expected", {"date": "9999-12-31"}, "date", "Choose a d"),
        ("expected", {"date": "soon"}, "date", "Choose a date"),
        ("expected", {"until": "1"}, "until", "Choose one"),
        ("wrong", {"reason": "1"}, "reason", "Choose one"),
    ],
)
def test_a_form_with_something_wrong(
    kind: str, answers: dict[str, str], block: str, said: str
) -> None:
    """The form stays open and says at the field what is wrong; nothing is noted."""

    async def ann_errs(worker: Working) -> None:
        answer = await fill_in(worker, kind, **answers)
        assert answer["response_action"] == "errors"
        assert said in answer["errors"][block]

    assert story(ann_errs).kafka.heard == []


def test_a_form_that_comes_again_counts_once() -> None:
    """The same form makes the same act and the same silence."""

    async def slack_repeats(worker: Working) -> None:
        await worker.take(press("silence"))
        form = hand_in({**worker.view(), "id": "V1"}, comment="x")
        await worker.take(form)
        await worker.take(form)

    first, second = story(slack_repeats).kafka.heard

    assert first == second


@pytest.mark.parametrize("fault", [OSError("no broker"), TimeoutError()])
def test_kafka_is_away(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """Who pressed is told that it was not noted, and so is the log."""

    async def ann_presses(worker: Working) -> None:
        worker.kafka.fails = fault
        await worker.take(press("acknowledge"))

    worker = story(ann_presses)

    assert worker.ephemeral() == "Spendwatch could not note that; try again."
    assert "acknowledge of 'A-1' failed" in caplog.text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("expired_trigger_id", ["That took too long for Slack; press again."]),
        ("exchanged_trigger_id", []),  # the same press opened it before
        ("invalid_arguments", ["Spendwatch could not note that; try again."]),
    ],
)
def test_a_form_that_does_not_open(code: str, said: list[str]) -> None:
    """Slack opens a form once, and within three seconds."""

    async def ann_presses(worker: Working) -> None:
        await worker.take(press("wrong"))

    worker = story(ann_presses, views_open=[{"ok": False, "error": code}])

    assert said == [call["text"] for call in worker.slack.called("chat.postEphemeral")]


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (press("explode"), "interactive"),
        (press("acknowledge", value="{}"), "interactive"),
        (press("acknowledge", value=None), "interactive"),
        ({**press("acknowledge"), "actions": []}, "interactive"),
        ({"type": "block_actions"}, "interactive"),
        ({"type": "view_closed"}, "interactive"),
        ("text", "interactive"),
        (None, "interactive"),
        (press("acknowledge"), "events_api"),
        ({"command": "/spend"}, "slash_commands"),
    ],
)
def test_what_is_not_ours(payload: Any, kind: str) -> None:
    """What is no button of ours is acknowledged and passed over."""

    async def slack_sends(worker: Working) -> None:
        assert set(await worker.slack.acknowledged(payload, kind)) == {"envelope_id"}
        await worker.settled()

    worker = story(slack_sends)

    assert worker.kafka.heard == []
    assert worker.slack.called("chat.postEphemeral") == []


def test_the_answer_waits_for_nothing() -> None:
    """An envelope is acknowledged before anything is asked of Slack or Kafka."""

    async def everything_hangs(worker: Working) -> None:
        async def hangs(_: Any) -> None:
            await asyncio.Event().wait()

        worker.service._handler._send = hangs
        await worker.slack.acknowledged(press("acknowledge"))
        await worker.service._handler.settle(0.01)

    assert story(everything_hangs).kafka.heard == []
