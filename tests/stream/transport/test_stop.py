"""How a worker ends when its clean-up cannot."""

import subprocess
import sys
import time

from stream.transport.stop import EXIT_FAULT

CLEAN_UP_THAT_HANGS = """
import time
from stream.transport.stop import end_within
end_within(0.2)
time.sleep(60)
"""


def test_a_clean_up_that_hangs_is_cut_off() -> None:
    """Brokers that are down keep their clients waiting for minutes; an orchestrator would kill before."""
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", CLEAN_UP_THAT_HANGS], capture_output=True, check=False, timeout=30
    )
    assert ended.returncode == EXIT_FAULT
    assert time.monotonic() - began < 20
