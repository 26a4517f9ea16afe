"""How many events a second one core gets through, Kafka apart."""
