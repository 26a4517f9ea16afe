"""Programs under measurement: each on the first core, with the brokers and the measuring itself on the others."""

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_TICK: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = resource.getpagesize()
_CORES: Final = sorted(os.sched_getaffinity(0))
MEASURED: Final = {_CORES[0]}
OTHERS: Final = set(_CORES[1:]) or MEASURED
_STOP_PATIENCE: Final = 30.0


class FailedError(Exception):
    """A measured program ended by itself or did not get done; the text says which and how."""


def step_aside() -> None:
    """Keep this process, and what it starts from now on, off the core of the measured programs."""
    os.sched_setaffinity(0, OTHERS)


class Measured:
    """A program on a core of its own; it ends with the block.

    Args:
        command: program and arguments.
        log: gets what it says.
        environment: variables beside those of this process.
        cores: where it runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        cores: set[int] = MEASURED,
    ) -> None:
        self._command = command
        self._log = log
        kept = {name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name}
        self._environment = {**kept, **(environment or {}), "NO_COLOR": "1"}
        self._cores = cores
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        own = os.sched_getaffinity(0)
        os.sched_setaffinity(0, self._cores)  # children inherit it
        try:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    self._command, env=self._environment, stdout=log, stderr=subprocess.STDOUT
                )
        finally:
            os.sched_setaffinity(0, own)
        return self

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def cpu(self) -> float:
        """Processor seconds so far, all threads, user and system; of a running or a just ended process.

        Raises:
            FailedError: if the program is gone.
        """
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        except FileNotFoundError:
            raise FailedError(f"{self._command}: ended, see {self._log}") from None
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * _PAGE

    def has_ended(self) -> bool:
        """Whether it has ended; its processor seconds can be read until the block ends all the same."""
        state = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return state is not None

    def require_alive(self) -> None:
        """Raise if it has ended.

        Raises:
            FailedError: with where its log is.
        """
        if self.has_ended():
            raise FailedError(f"{' '.join(self._command)}: ended, see {self._log}")

    def wait(self, patience: float) -> float:
        """Wait until it ends by itself, and return its processor seconds.

        Raises:
            FailedError: if it takes too long, or ends with an error.
        """
        deadline = time.monotonic() + patience
        while not self.has_ended():
            if time.monotonic() > deadline:
                raise FailedError(f"{' '.join(self._command)}: not done in {patience:.0f} s")
            time.sleep(0.05)
        seconds = self.cpu()
        if self._process.wait():
            raise FailedError(f"{' '.join(self._command)}: failed, see {self._log}")
        return seconds

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
