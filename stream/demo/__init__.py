"""The demo: a simulated company, an embedded Kafka, and a worker that finds what is hidden in it."""
