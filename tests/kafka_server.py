"""An Apache Kafka broker as a child process: started, stopped, killed and started again on its data."""

import atexit
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from ports import free_port

HERE = Path(__file__).parent
CLUSTER_ID = "5L6g3nShT-eMCtK--X86sw"  # any 22 characters of base64

# One broker keeps everything that a cluster would spread, and groups form at once.
SINGLE_BROKER = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
    # A killed broker may register again once its old session is over; by default that is 9 s.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "500",
}


class KafkaStartError(Exception):
    """Kafka did not come up; the text says why, with the end of its log."""


class ApacheKafka:
    """One broker in KRaft mode on two free ports of 127.0.0.1, with everything in one folder.

    The ports and the data stay the same over `kill` and `start`. Whatever happens to the tests, the
    broker ends with them: at exit it is killed and, where util-linux has `setpriv`, also when the tests
    themselves are killed.

    Args:
        jars: folder with Kafka's jars.
        folder: takes the data, the configuration and ``kafka.log``; made if missing.
        java: a Java of version 17 or newer.
        config: broker properties beside or instead of ``SINGLE_BROKER``.
    """

    def __init__(
        self,
        jars: Path,
        folder: Path,
        *,
        java: str = "java",
        config: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.controller_port = free_port()
        self.folder = folder
        self.log = folder / "kafka.log"
        self._java = [java, "-cp", f"{jars}/*"]
        self._properties = folder / "server.properties"
        self._config = {**SINGLE_BROKER, **self._places(), **(config or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def _places(self) -> dict[str, str]:
        controller = f"127.0.0.1:{self.controller_port}"
        return {
            "listeners": f"PLAINTEXT://{self.brokers},CONTROLLER://{controller}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(self.folder / "data"),
        }

    @property
    def brokers(self) -> str:
        """The bootstrap servers: ``host:port``."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The broker's process id, for tests that send it signals."""
        if self._process is None:
            raise RuntimeError("this Kafka is not running; call start() first")
        return self._process.pid

    def start(self, timeout: float = 60) -> Self:
        """Start the broker and wait until it answers.

        Raises:
            KafkaStartError: if it ends or does not answer within ``timeout`` seconds.
        """
        self.launch()
        return self.wait(timeout)

    def launch(self) -> None:
        """Start the broker without waiting: one of several voters answers only with the others."""
        if self._process is not None:
            raise RuntimeError("this Kafka is running already")
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *tied_to_this_process(),
                    *self._java,
                    *self._options(),
                    "kafka.Kafka",
                    str(self._properties),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.kill)

    def wait(self, timeout: float = 60) -> Self:
        """Wait until the launched broker answers.

        Raises:
            KafkaStartError: if it ends or does not answer within ``timeout`` seconds.
        """
        try:
            wait_until_answers(self.brokers, self._require_alive, timeout)
        except KafkaStartError as error:
            self.kill()
            raise KafkaStartError(f"{error}\n{self.log_tail()}") from None
        return self

    def _options(self) -> list[str]:
        log4j = HERE / "kafka" / "log4j2.properties"
        return ["-Xmx1g", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={log4j}"]

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={value}\n" for name, value in self._config.items()]
        self._properties.write_text("".join(lines), encoding="utf-8")
        tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._properties)]
        done = subprocess.run(
            [*self._java, *tool],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise KafkaStartError(
                f"Kafka's folder cannot be formatted:\n{done.stdout}{done.stderr}"
            )

    def _require_alive(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise KafkaStartError(f"Kafka ended with status {self._process.returncode}")

    def stop(self, timeout: float = 20) -> None:
        """Shut the broker down in good order; killed if it takes longer than ``timeout`` seconds."""
        self._end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """End the broker as a power cut would; its data stays."""
        self._end(signal.SIGKILL, timeout=20)

    def _end(self, how: signal.Signals, timeout: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.kill)
        _signal_group(process, how)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def restart(self) -> None:
        """Stop in good order and start again on the same data and ports."""
        self.stop()
        self.start()

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of the broker's log, and where the whole of it is."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join([*text.splitlines()[-lines:], f"(whole log: {self.log})"])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.kill()


def wait_until_answers(brokers: str, require_alive: Callable[[], None], timeout: float) -> None:
    """Wait until a registered broker answers.

    Args:
        brokers: bootstrap servers.
        require_alive: raises KafkaStartError once waiting is in vain.
        timeout: seconds.

    Raises:
        KafkaStartError: if none answers in time.
    """
    client = AdminClient({"bootstrap.servers": brokers, "log_level": 0})
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        require_alive()
        try:
            if client.list_topics(timeout=0.5).brokers:
                return
        except KafkaException:
            continue  # the call itself has waited
    raise KafkaStartError(f"no Kafka answered at {brokers} within {timeout:.0f} s")


def _signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, how)


def tied_to_this_process() -> list[str]:
    """Has the kernel end the broker when this process ends, however it ends.

    The kernel looks at the thread that started the broker, so this is for the main thread only.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return []
    return [setpriv, "--pdeathsig", "KILL", "--"]
