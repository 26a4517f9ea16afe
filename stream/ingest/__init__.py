"""Ingest: bytes to charges, priced and allocated, folded into one message a partition of `charges`."""
