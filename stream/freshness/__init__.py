"""A source that stops: how long it is usually silent, when it is silent for too long, and who looks."""
