"""Rendering: records into messages that read the same in Slack and on a terminal. Pure."""
