"""What an envelope says beside the data of its event: identity, time, and whose the use was."""

from typing import Final, NamedTuple


class Whose(NamedTuple):
    """Whose a use was, of extension attributes of a CloudEvent: a model's reply does not say it itself."""

    provider: str = ""
    service: str = ""
    team: str = ""
    environment: str = ""
    api_key: str = ""
    account: str = ""
    region: str = ""


NOBODY: Final = Whose()
"""Whose a use was where the data say it themselves."""


class Envelope(NamedTuple):
    """The identity and the time (epoch seconds) of an event, where its data need not tell them."""

    event_id: str | None = None
    time: int | None = None
    whose: Whose = NOBODY


NONE: Final = Envelope()
"""That of an event without an envelope."""
