"""Exact stages: chunks in; state and results out in one fenced Kafka transaction a chunk."""
