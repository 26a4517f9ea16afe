"""Who uses the shell."""

import getpass
from typing import Final

from alerting.cases.acts import Actor
from alerting.render.plain import plain
from stream.errors import UserError

_LONGEST: Final = 80


def shell_actor(name: str | None) -> Actor:
    """The actor of that name; for None, of the name by which one is logged in.

    Raises:
        UserError: if the name is empty or nobody is logged in.
    """
    if name is None:
        try:
            name = getpass.getuser()
        except (
            OSError,
            KeyError,
            ImportError,
        ):  # by Python's version, in a container without users
            raise UserError("it is not known who you are: write --by NAME", exit_code=2) from None
    if not name.strip():
        raise UserError("--by: is empty; write your name", exit_code=2)
    shown = plain(name, _LONGEST)
    return Actor(shown, shown, "shell")
