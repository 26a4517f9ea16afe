"""A deployment of the product on a real Kafka: workers and commands in processes of their own."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.environment import environment

COMMAND = [sys.executable, "-m", "stream"]


class Deployment:
    """Runs commands and workers with one environment; everything ends with the test."""

    def __init__(self, settings: Mapping[str, str], logs: Path, patience: float = 90) -> None:
        self._environment = environment(**settings, PYTHONPATH=str(Path.cwd()))
        self._logs = logs
        self._patience = patience  # seconds that `wait_for` waits
        self._workers: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; fails the test if it ends with another code."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == expect, (
            f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done

    def start_worker(self, name: str) -> None:
        """Start a worker; its log is in a file of that name."""
        log = (self._logs / f"{name}.log").open("ab")
        self._workers[name] = subprocess.Popen(
            [*COMMAND, "worker"],
            env={**self._environment, "SPENDWATCH_INSTANCE": name},
            stdout=log,
            stderr=log,
        )
        log.close()

    def kill_worker(self, name: str, how: int = signal.SIGKILL) -> int:
        """Kill a worker and wait for its end; its exit code."""
        worker = self._workers.pop(name)
        worker.send_signal(how)
        return worker.wait(60)

    def stop(self) -> None:
        """End all workers."""
        for name in list(self._workers):
            self.kill_worker(name)

    def log(self, name: str) -> str:
        """What a worker has logged so far."""
        return (self._logs / f"{name}.log").read_text(errors="replace")

    def wait_for(self, reached: Callable[[], bool], what: str) -> None:
        """Wait until something is reached; fails with the workers' logs if it is not, or one has ended."""
        deadline = time.monotonic() + self._patience
        while not reached():
            ended = [name for name, worker in self._workers.items() if worker.poll() is not None]
            if ended or time.monotonic() > deadline:
                logs = "\n".join(
                    f"--- {log.name}\n{log.read_text()[-4000:]}" for log in self._logs.glob("*.log")
                )
                raise AssertionError(f"{what}: not reached; ended workers: {ended}\n{logs}")
            time.sleep(0.2)
