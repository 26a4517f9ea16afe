"""The two ways in which a delivery fails: it may be tried again, or it may not."""


class Transient(Exception):  # noqa: N818 - the name says what to do
    """Trying again may help. ``retry_after`` is how long the other side wants to be left alone, in s."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Permanent(Exception):  # noqa: N818 - the name says what to do
    """Trying the same again is no use until a person mends something; the text says what.

    ``whole_sink`` says that every message will fail in the same way (a wrong token, say), and not
    only this one; ``of_channel`` that every message to the same channel will.
    """

    def __init__(self, text: str, *, whole_sink: bool = False, of_channel: bool = False) -> None:
        super().__init__(text)
        self.whole_sink = whole_sink
        self.of_channel = of_channel
