"""Who is in a user group, and who may press."""

import asyncio
from collections.abc import Collection

import pytest
from sink_peers import peer, says
from slack_peer import slack_peer

from alerting.sinks.errors import Transient
from alerting.sinks.slack_api import web_client
from stream.slack.members import Found, Members
from stream.slack.rights import Rights, denied
from stream.slack.workspace import Workspace, _is_slacks


class Slack:
    """Groups that a test sets, and a clock moved by hand."""

    def __init__(self, **groups: set[str] | None) -> None:
        self.groups = groups
        self.asked: list[str] = []
        self.now = 0.0
        self.members = Members(self.users_of, lambda: self.now)

    async def users_of(self, group: str) -> frozenset[str]:
        await asyncio.sleep(0)
        self.asked.append(group)
        users = self.groups[group]
        if users is None:
            raise Transient("Slack is busy")
        return frozenset(users)

    def found(self, *groups: str) -> Found:
        return asyncio.run(self.members.groups_of("U1", groups))


def test_groups_of_a_person() -> None:
    """Only those that were asked for and that the person is in."""
    slack = Slack(S1={"U1"}, S2={"U2"}, S3={"U1", "U2"})

    assert Found(("S1", "S3"), is_complete=True) == slack.found("S1", "S2", "S3")


def test_a_group_is_kept_for_five_minutes() -> None:
    """Who joined a group may press five minutes later, at the latest."""
    slack = Slack(S1=set())

    assert slack.found("S1").groups == ()
    slack.groups["S1"] = {"U1"}
    slack.now = 299.0
    assert slack.found("S1").groups == ()
    slack.now = 300.0
    assert slack.found("S1").groups == ("S1",)
    assert slack.asked == ["S1", "S1"]


def test_a_group_that_is_not_known() -> None:
    """One group that cannot be asked for does not hide the others, and is asked for again."""
    slack = Slack(S1=None, S2={"U1"})

    assert Found(("S2",), is_complete=False) == slack.found("S1", "S2")
    slack.groups["S1"] = {"U1"}
    assert Found(("S1", "S2"), is_complete=True) == slack.found("S1", "S2")


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({"S1": {"U1"}, "S2": None}, None),
        ({"S1": set(), "S2": set()}, "rules name for team a"),
        ({"S1": set(), "S2": None}, "could not find out"),
    ],
)
def test_who_may(groups: dict[str, set[str] | None], said: str | None) -> None:
    """Who is in one of the groups may; if none is known to hold, what is not known is said."""
    slack = Slack(**groups)

    def may_act(_: str, __: str, within: Collection[str]) -> bool:
        return bool(within)

    rights = Rights(may_act, lambda _: ("S1", "U9", "S2"), slack.members)
    denial = asyncio.run(rights.denial("a", "U1"))

    assert (denial is None) if said is None else (denial is not None and said in denial)


def test_a_denial_calls_nobody_by_a_teams_name() -> None:
    """A team's name is text: it neither mentions nor formats, and is cut."""
    text = denied("<!channel> *x* " + "y" * 200, ["S0AB", "U0CD", "<!here>"])

    assert "<!channel>" not in text
    assert "<!here>" not in text
    assert "Ask <!subteam^S0AB> <@U0CD>." in text
    assert len(text) < 300


def test_told_where_the_bot_is_not() -> None:
    """Where the bot may not write, the address that came with the press is used."""

    async def run() -> tuple[list[str], list[object]]:
        refused = [{"ok": False, "error": "not_in_channel"}]
        async with slack_peer(chat_postEphemeral=refused) as slack, peer(says({})) as back:
            workspace = Workspace(web_client("xoxb-1", f"{slack.url}api/"))
            await workspace.tell("U1", "C0123456", "no", back.url)
            return [name for name, _ in slack.calls], back.bodies

    called, (body,) = asyncio.run(run())

    assert called == ["chat.postEphemeral"]
    assert body == {"text": "no", "response_type": "ephemeral", "replace_original": False}


@pytest.mark.parametrize(
    ("url", "base", "slacks"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/actions/T1/2/x", "https://slack-gov.com/api/", True),
        ("http://127.0.0.1:8081/back", "http://127.0.0.1:8080/api/", True),
        ("http://hooks.slack.com/actions/T1/2/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com@evil.example/", "https://slack.com/api/", False),
        ("https://evilslack.com/", "https://slack.com/api/", False),
        ("https://slack.com.evil.example/", "https://slack.com/api/", False),
        ("http://169.254.169.254/latest/meta-data", "https://slack.com/api/", False),
        ("http://127.0.0.1:9092/", "https://slack.com/api/", False),
        ("file:///etc/passwd", "https://slack.com/api/", False),
        ("https://[broken", "https://slack.com/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_only_slack_is_called_back(url: str, base: str, *, slacks: bool) -> None:
    """The address in a press is called if it is Slack's, or of the host that the settings name in its place."""
    assert _is_slacks(url, base) is slacks


@pytest.mark.parametrize("response_url", ["", "http://127.0.0.1:1/", "nonsense"])
def test_who_cannot_be_told(response_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be told to a person is in the log."""

    async def run() -> None:
        async with slack_peer(chat_postEphemeral=[{"ok": False, "error": "x"}]) as slack:
            workspace = Workspace(web_client("xoxb-1", f"{slack.url}api/"))
            await workspace.tell("U1", "C0123456", "no", response_url)

    asyncio.run(run())

    assert "U1 could not be answered" in caplog.text


def test_nobody_acts_for_a_team_whose_name_was_cut() -> None:
    """A name that did not fit on a button may be another team's: that everybody may act for those without an owner does not count."""
    rights = Rights(lambda *_: True, lambda _: (), Slack().members)

    assert asyncio.run(rights.denial("a" * 20, "U1")) is None
    assert "too long" in (asyncio.run(rights.denial("a" * 20 + "…", "U1")) or "")
