"""Puts the shapes of series within reach of the tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
