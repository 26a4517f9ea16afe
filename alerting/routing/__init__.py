"""Routing: who hears of an anomaly, where, and why."""
