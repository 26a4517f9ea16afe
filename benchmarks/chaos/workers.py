"""Workers in processes of their own, started again whenever they end, as a supervisor would."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

WATCHDOG: Final = 70  # exit code of a worker that ends itself
_NEW = re.compile(r"\b(A-[A-Z2-7]{10}), revision [0-9]+")


class Workers:
    """Starts, kills, stops and counts workers. Each has a file for its messages and one for its log."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name}
        self.environment = {**kept, **environment, "NO_COLOR": "1"}
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.exits: Counter[int] = Counter()  # of workers that ended without a kill, by exit code
        self.stopping: list[float] = []  # seconds from SIGTERM to the end

    def command(self, *arguments: str) -> None:
        """Run a command of the product to its end.

        Raises:
            RuntimeError: with what it said, if it failed.
        """
        done = subprocess.run(
            [sys.executable, "-m", "stream", *arguments],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stderr}")

    def start(self, name: str) -> None:
        """Start a worker of that name, unless it runs."""
        if name in self._running:
            return
        with (self._folder / f"{name}.out").open("ab") as out, self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "stream", "worker"],
                env={**self.environment, "SPENDWATCH_INSTANCE": name},
                stdout=out,
                stderr=log,
            )

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def names(self) -> list[str]:
        """Workers that should be running."""
        return sorted(self._running)

    def signal(self, name: str, what: signal.Signals) -> None:
        """Send a signal."""
        self._running[name].send_signal(what)

    def kill(self, name: str) -> None:
        """End a worker as a power cut would."""
        worker = self._running.pop(name)
        worker.kill()
        worker.wait()

    def terminate(self, name: str, patience: float = 30) -> None:
        """Ask a worker to end, and note how long it took and with which code it did."""
        worker = self._running.pop(name)
        began = time.monotonic()
        worker.terminate()
        try:
            self.exits[worker.wait(patience)] += 1
        except subprocess.TimeoutExpired:
            worker.kill()
            self.exits[worker.wait()] += 1
        self.stopping.append(time.monotonic() - began)

    def revive(self) -> list[str]:
        """Start again those that ended by themselves; their names."""
        ended = [name for name, worker in self._running.items() if worker.poll() is not None]
        for name in ended:
            self.exits[self._running.pop(name).returncode] += 1
            self.start(name)
        return ended

    def stop(self) -> None:
        """Kill all."""
        for name in list(self._running):
            self.kill(name)

    def messages(self) -> Counter[str]:
        """How often each anomaly was told as a new message (edits are single lines without an id)."""
        told: Counter[str] = Counter()
        for out in self._folder.glob("*.out"):
            told.update(_NEW.findall(out.read_text(errors="replace")))
        return told

    def log_lines(self, *words: str) -> list[str]:
        """Lines of all logs that contain one of the words."""
        return [
            line
            for log in sorted(self._folder.glob("*.log"))
            for line in log.read_text(errors="replace").splitlines()
            if any(word in line for word in words)
        ]
