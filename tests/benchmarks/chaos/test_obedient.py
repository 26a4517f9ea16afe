"""The points are hooked onto what the product has today."""

import subprocess
import sys


def test_all_points_can_be_hooked() -> None:
    """A method that was renamed is found here, not in the middle of a scenario."""
    program = "from benchmarks.chaos.obedient import install; install()"
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
