"""The command itself."""

import subprocess
import sys
from pathlib import Path


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """One clear line and exit code 2."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.quality", "--data", tmp_path, "--only", "nab"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--data" in done.stderr
