"""Alerts from a shell: what is on the topics `cases` and `silences`, and what people say on `alerts`."""
