"""Digest: a tick says that a day is due; its spend is read back, stated once, and noted."""
