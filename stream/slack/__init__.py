"""Slack's buttons: what people press becomes what is heard on the topic `alerts`.

`presses`, `modals`, `answers` and `acts` decide and are pure; `socket` and `web` are the two ways in, `workspace` the
way back, and `handler` stands between them.
"""
