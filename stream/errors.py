"""Errors that a person can mend: one line that says what is wrong and what to do."""

from typing import Final

INTERRUPTED: Final = 130  # exit code of what Ctrl-C ended: 128 and the number of the signal


class UserError(Exception):
    """Ends a command with its text as the only line and ``exit_code`` as its status.

    Exit codes: 1 what was asked for failed or was found wrong, 2 wrong usage, 3 something outside
    (Kafka, Slack, a file system) does not answer or refuses.
    """

    def __init__(self, text: str, *, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class RefusedError(UserError):
    """What stays wrong until a person mends it: to try again is in vain, and a worker ends at once."""

    def __init__(self, text: str) -> None:
        super().__init__(text, exit_code=3)


class StateRefusedError(RefusedError):
    """State that was kept by other rules or another version: to go on with it would count wrongly."""
