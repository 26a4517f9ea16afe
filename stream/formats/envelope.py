"""What an envelope says beside the data of its event: identity, time, and whose the use was."""

from typing import NamedTuple


class Whose(NamedTuple):
    """Whose a use was, of extension attributes of a CloudEvent: a model's reply does not say it itself."""

    provider: str = ""
    service: str = ""
    team: str = ""
    environment: str = ""
    api_key: str = ""
    account: str = ""
    region: str = ""


class Envelope(NamedTuple):
    """The identity and the time (epoch seconds) of an event, where its data need not tell them."""

    event_id: str | None = None
    time: int | None = None
    whose: Whose = Whose()


NONE = Envelope()
"""That of an event without an envelope."""
