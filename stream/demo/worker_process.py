"""A worker in a process of its own, whose standard output is handed on line by line."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final, Self

from stream.errors import UserError

_STOP_PATIENCE: Final = 15.0
_TAIL: Final = 12  # lines of the log that are shown when it fails
_SAID: Final = re.compile(
    r"\S+Z (?P<level>ERROR|WARNING(?= stream\.notify)) stream\.(?:notify|digest)\S*: (?P<text>.*)"
)


class WorkerProcess:
    """Runs ``spendwatch worker`` with nothing but the given settings in its environment.

    Args:
        settings: its variables.
        say: gets each line of its output, and of its log what a person has to mend.
    """

    def __init__(self, settings: Mapping[str, str], say: Callable[[str], None]) -> None:
        kept = {name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name}
        self._environment = {**kept, **settings, "PYTHONUNBUFFERED": "1"}
        self._say = say
        self._log: list[str] = []
        self.errors: list[str] = []  # what its log has at the level ERROR

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "stream", "worker"],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._readers = [
            threading.Thread(target=self._pass_on, daemon=True),
            threading.Thread(target=self._keep_log, daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        return self

    def require_alive(self) -> None:
        """Raise if the worker has ended.

        Raises:
            UserError: with the last lines of its log.
        """
        if self._process.poll() is not None:
            log = "\n".join(self._log[-_TAIL:])
            raise UserError(f"the worker ended with {self._process.returncode}:\n{log}")

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
        for reader in self._readers:
            reader.join(1)

    def _pass_on(self) -> None:
        for line in self._process.stdout or ():
            self._say(line.rstrip("\n"))

    def _keep_log(self) -> None:
        for line in self._process.stderr or ():
            self._log.append(line.rstrip("\n"))
            said = _SAID.match(self._log[-1])
            if said is not None:
                self._say(f"{said['level'].lower()}: {said['text']}")
                if said["level"] == "ERROR":
                    self.errors.append(said["text"])
