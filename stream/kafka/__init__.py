"""The brokers: their topics, what must be so before a worker starts, and reading topics back."""
