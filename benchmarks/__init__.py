"""Measurements, each beside its peer in the same run. `docs/benchmarks.md` keeps the last figures."""
