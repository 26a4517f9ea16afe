"""Sending events to the source topics: in order, counted, a bill as a snapshot."""
