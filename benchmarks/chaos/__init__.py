"""Faults at random times under a known load: what is lost, what is doubled, what is told twice."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))  # whose Apache Kafka it uses
