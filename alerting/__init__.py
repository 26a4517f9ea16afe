"""What becomes of a verdict: anomalies, routes, messages, the digest. Effects only in sinks."""
