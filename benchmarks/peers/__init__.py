"""Spendwatch beside other stream processors, on one core and a real Kafka."""
