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

from kafka_server import tied_to_this_process

from benchmarks.chaos.points import ORDER
from benchmarks.chaos.revisions import PRESENT

WATCHDOG: Final = 70  # exit code of a worker that ends itself
_OUTSIDE: Final = 3  # exit code of a worker that finds no broker at its start
_PAUSE: Final = 3.0  # seconds until a supervisor tries again then
_MOST_ENDS: Final = 60  # in a scenario; 10 faults that end every worker are fewer
_NEW = re.compile(r"\b(A-[A-Z2-7]{10}), revision [0-9]+")


class Workers:
    """Starts, kills, stops and counts workers. Each has a file for its messages and one for its log.

    Args:
        environment: of the workers, beside what is not Spendwatch's of this process.
        folder: takes their files.
        tree: the checkout that workers run from, until `upgrade`.
        obedient: whether they take orders to die at a point; only workers of the present tree do.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path,
        tree: Path = PRESENT,
        *,
        obedient: bool = False,
    ) -> None:
        kept = {name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name}
        self.environment = {**kept, **environment, "NO_COLOR": "1"}
        self._folder = folder.absolute()
        self._tree = tree
        self._upgraded: set[str] = set()
        self._program = "benchmarks.chaos.obedient" if obedient else "stream"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._orders: dict[str, str] = {}
        self._due: dict[str, float] = {}  # when those that ended are started again
        self.exits: Counter[int] = Counter()  # of workers that were asked to end, by exit code
        self.own_accord: Counter[int] = Counter()  # of workers that ended without being asked
        self.obeyed: Counter[str] = Counter()  # points at which workers died as ordered
        self.stopping: list[float] = []  # seconds from SIGTERM to the end

    def command(self, *arguments: str) -> None:
        """Run a command of the product to its end.

        Raises:
            RuntimeError: with what it said, if it failed.
        """
        done = subprocess.run(
            [sys.executable, "-m", "stream", *arguments],
            env=self.environment,
            cwd=PRESENT,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")

    def start(self, name: str) -> None:
        """Start a worker of that name, unless it runs."""
        if name in self._running:
            return
        tree = PRESENT if name in self._upgraded else self._tree
        environment = {
            **self.environment,
            "SPENDWATCH_INSTANCE": name,
            "PYTHONPATH": str(tree),
            ORDER: str(self._order(name)),
        }
        with (self._folder / f"{name}.out").open("ab") as out, self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [*tied_to_this_process(), sys.executable, "-m", self._program, "worker"],
                env=environment,
                cwd=self._folder,
                stdout=out,
                stderr=log,
            )

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _order(self, name: str) -> Path:
        return self._folder / f"{name}.order"

    def names(self) -> list[str]:
        """Workers that should be running."""
        return sorted(self._running)

    def outdated(self) -> list[str]:
        """Workers that run from another checkout than the present one."""
        return [
            name for name in self.names() if self._tree != PRESENT and name not in self._upgraded
        ]

    def upgrade(self, name: str) -> None:
        """Have a worker run from the present checkout from its next start on."""
        self._upgraded.add(name)

    def signal(self, name: str, what: signal.Signals) -> None:
        """Send a signal."""
        self._running[name].send_signal(what)

    def order(self, name: str, point: str) -> None:
        """Have a worker die when it next comes to a point."""
        fresh = self._order(name).with_suffix(".fresh")
        fresh.write_text(point)
        fresh.replace(self._order(name))  # read whole or not at all
        self._orders[name] = point

    def countermand(self, name: str) -> None:
        """Take the order back, if it was not obeyed."""
        self._order(name).unlink(missing_ok=True)

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

    def revive(self) -> None:
        """Start again those that ended without being asked, and count them.

        Raises:
            RuntimeError: if they end again and again: then they do not even start.
        """
        ended = [name for name, worker in self._running.items() if worker.poll() is not None]
        for name in ended:
            code = self._running.pop(name).returncode
            if code == -signal.SIGKILL and name in self._orders:
                self.obeyed[self._orders.pop(name)] += 1
            else:
                self.own_accord[code] += 1
            if self.own_accord.total() > _MOST_ENDS:
                raise RuntimeError(f"{name} ends again and again: {self._last_words(name)}")
            self._due[name] = time.monotonic() + (_PAUSE if code == _OUTSIDE else 0.0)
        for name in [name for name, due in self._due.items() if due <= time.monotonic()]:
            del self._due[name]
            self.start(name)

    def _last_words(self, name: str) -> str:
        lines = self._log(name).read_text(errors="replace").splitlines()
        return lines[-1] if lines else "it says nothing"

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
