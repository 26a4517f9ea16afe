"""What routes and their root have in common: who hears, and when; in words."""

from typing import Literal

from config.labels import Label

SinkName = Literal["slack", "console", "webhook", "email", "teams", "events"]
GroupLabel = Literal[Label, "..."]

SINKS = "ways out that hear of it; `[]`: nobody is told; left out: all that are configured"
EMAIL = "mail addresses that hear of it"
TEAMS = "name of the Microsoft Teams webhook that hears of it"
WEBHOOK = "name of the webhook that hears of it"
GROUP_BY = 'labels; anomalies that share them are one message; `[]` or `["..."]`: each is a message of its own'
GROUP_WAIT = "how long the first message of a group waits for more anomalies"
GROUP_INTERVAL = "least time between two news of a group"
REPEAT = "time after which what nobody acknowledged is told again, or `never`"
