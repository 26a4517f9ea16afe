"""The tree of routes on a terminal: as it is written, and the way of one anomaly through it."""
