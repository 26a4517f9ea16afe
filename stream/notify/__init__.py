"""Notify: anomalies into an outbox kept in Kafka, and from there to the sinks. `core` is pure."""
