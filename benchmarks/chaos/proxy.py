"""A TCP proxy in a process of its own: stopped, it is a network that swallows everything and closes nothing.

A connection through a stopped process stays open, a new one is taken by the kernel and never answered, and
what was sent arrives once the process goes on: so it is when packets are dropped for a while.
"""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from kafka_server import tied_to_this_process

_CHUNK = 1 << 16


class Proxy:
    """Carries connections from one port of 127.0.0.1 to another."""

    def __init__(self, port: int, target: int, log: Path) -> None:
        self.address = f"127.0.0.1:{port}"
        self._command = [sys.executable, str(Path(__file__)), str(port), str(target)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; clients that come too early try again."""
        environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "tests")}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*tied_to_this_process(), *self._command], stderr=log, env=environment
            )

    def cut(self) -> None:
        """Let nothing through from now on."""
        self._signal(signal.SIGSTOP)

    def mend(self) -> None:
        """Let through again, also what waits."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the process."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(what)


async def _serve(port: int, target: int) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:  # the broker is down: so is its address
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    server = await asyncio.start_server(carry, "127.0.0.1", port, limit=_CHUNK)
    await server.serve_forever()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry one direction until either end is closed, then close the other."""
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # one end is gone; the other learns of it now
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
