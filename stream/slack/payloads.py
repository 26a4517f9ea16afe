"""The shapes of Slack's payloads, as far as they are read: https://docs.slack.dev/reference/interaction-payloads."""

import msgspec

from alerting.cases.acts import Actor


class User(msgspec.Struct):
    """Who pressed."""

    id: str
    username: str = ""
    name: str = ""

    def actor(self) -> Actor:
        """The person, by the name that Slack gives, else by the id."""
        return Actor(self.id, self.username or self.name or self.id, "slack")


class Channel(msgspec.Struct):
    """Where the message is."""

    id: str = ""


class Option(msgspec.Struct):
    """A choice of a menu."""

    value: str = ""


class Element(msgspec.Struct):
    """A button, a menu or a field, with what it holds."""

    action_id: str = ""
    block_id: str = ""
    value: str | None = None
    selected_option: Option | None = None
    selected_date: str | None = None

    def held(self) -> str:
        """What was chosen or written; ``""`` if nothing."""
        chosen = "" if self.selected_option is None else self.selected_option.value
        return (self.value or chosen or self.selected_date or "").strip()


class Actions(msgspec.Struct):
    """Buttons or menus of a message were used."""

    user: User
    actions: list[Element]
    trigger_id: str
    channel: Channel = msgspec.field(default_factory=Channel)
    response_url: str = ""


class State(msgspec.Struct):
    """What the fields of a form hold, by block and action."""

    values: dict[str, dict[str, Element]]


class View(msgspec.Struct):
    """A form."""

    id: str
    callback_id: str
    private_metadata: str
    state: State


class Handed(msgspec.Struct):
    """A form was handed in."""

    user: User
    view: View
