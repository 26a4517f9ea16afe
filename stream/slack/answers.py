"""What somebody wrote into a form: when it ends, what it means, or what is wrong with it."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from config.dates import parse_date
from stream.slack.modals import (
    COMMENT,
    DATE,
    EXPECTED_FOR,
    FOR,
    FOR_GOOD,
    MATCHERS,
    MAX_COMMENT,
    REASON,
    REASONS,
    SILENCED_FOR,
    UNTIL,
)
from stream.slack.moments import end_of_day

_LATEST: Final = 10 * 366 * 86_400  # seconds ahead; a date beyond is a slip
_MOST_MATCHERS: Final = 20
_LONGEST_SAID: Final = 500


class LabelMatcher(Protocol):
    """A matcher that was read: `config.matchers.parse` gives it."""

    @property
    def name(self) -> str:
        """The label."""

    @property
    def operator(self) -> str:
        """One of ``=``, ``!=``, ``=~``, ``!~``."""

    @property
    def value(self) -> str:
        """What the label is compared with."""


ParseMatcher = Callable[[str], LabelMatcher]  # raises ValueError with what would be right


class WrongAnswer(ValueError):  # noqa: N818 - of a person, and told to that person
    """An answer that cannot be taken; ``block`` is the field of the form."""

    def __init__(self, block: str, said: str) -> None:
        super().__init__(said)
        self.block = block


def comment_of(answers: Mapping[str, str]) -> str:
    """The comment; ``""`` if there is none."""
    return answers.get(COMMENT, "")[:MAX_COMMENT]


def expected_until(answers: Mapping[str, str], now: int, timezone: str) -> int | None:
    """When it is no longer expected, epoch seconds; None: never. A date counts before a length.

    Raises:
        WrongAnswer: if it is no date, or one of the past or far away.
    """
    if DATE in answers:
        try:
            end = end_of_day(parse_date(answers[DATE]), timezone)
        except (ValueError, OverflowError) as error:
            raise WrongAnswer(DATE, "Choose a date") from error
        if not now < end < now + _LATEST:
            raise WrongAnswer(DATE, "Choose a day that is not over, within ten years")
        return end
    chosen = _chosen(answers, UNTIL, EXPECTED_FOR)
    return None if chosen == FOR_GOOD else now + int(chosen)


def silenced_until(answers: Mapping[str, str], now: int) -> int:
    """When a silence ends, epoch seconds.

    Raises:
        WrongAnswer: if no length was chosen.
    """
    return now + int(_chosen(answers, FOR, SILENCED_FOR))


def reason_of(answers: Mapping[str, str]) -> str:
    """Why it should not have alerted, with what was written beside.

    Raises:
        WrongAnswer: if no reason was chosen.
    """
    reason, text = _chosen(answers, REASON, REASONS), comment_of(answers)
    return f"{reason}: {text}" if text else reason


def matchers_of(answers: Mapping[str, str], parse: ParseMatcher) -> tuple[str, ...]:
    """The matchers of a silence, one a line, as they were written.

    Raises:
        WrongAnswer: if one cannot be read, or none names one team.
    """
    lines = tuple(line.strip() for line in answers.get(MATCHERS, "").splitlines() if line.strip())
    if len(lines) > _MOST_MATCHERS:
        raise WrongAnswer(MATCHERS, f"Write {_MOST_MATCHERS} lines at most")
    team_of(lines, parse)
    return lines


def team_of(matchers: tuple[str, ...], parse: ParseMatcher) -> str:
    """The one team that a silence is about, whose people may make it.

    Raises:
        WrongAnswer: if one cannot be read, or none names one team.
    """
    teams: list[str] = []
    for line in matchers:
        try:
            matcher = parse(line)
        except ValueError as error:
            raise WrongAnswer(MATCHERS, f"{error}"[:_LONGEST_SAID]) from error
        if matcher.name == "team" and matcher.operator == "=" and matcher.value:
            teams.append(matcher.value)
    if not teams:
        raise WrongAnswer(
            MATCHERS,
            "Name one team, such as team=search; a silence of several is made with `spendwatch silence`",
        )
    return teams[0]


def _chosen(answers: Mapping[str, str], block: str, choices: tuple[tuple[str, str], ...]) -> str:
    chosen = answers.get(block, "")
    if chosen not in {value for _, value in choices}:
        raise WrongAnswer(block, "Choose one")
    return chosen
