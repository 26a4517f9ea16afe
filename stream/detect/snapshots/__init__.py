"""Snapshots of a bill: an export waits until all of it is there, and then counts by its difference to the one before."""
