"""Faults at random times under a known load: what is lost, what is doubled, what is told twice."""
