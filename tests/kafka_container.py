"""Kafka's own image, run by testcontainers on whatever engine speaks Docker's API."""

import os
from pathlib import Path
from typing import Self

import docker
from docker.errors import DockerException
from kafka_server import SINGLE_BROKER, KafkaStartError, wait_until_answers
from ports import free_port
from testcontainers.core.container import DockerContainer

IMAGE = "apache/kafka:4.1.1"
_SOCKET = Path("/var/run/docker.sock")
_PORT, _CONTROLLER_PORT = 9092, 9093  # inside the container


def engine_answers() -> bool:
    """Whether a container engine answers on ``DOCKER_HOST`` or the usual socket."""
    if not os.environ.get("DOCKER_HOST") and not _SOCKET.exists():
        return False
    try:
        client = docker.from_env(timeout=3)
    except DockerException:
        return False
    try:
        return bool(client.ping())
    except (DockerException, OSError):
        return False
    finally:
        client.close()


class KafkaContainer:
    """One broker in a container, on a port that is chosen beforehand, since the broker must tell it."""

    def __init__(self) -> None:
        self._container = DockerContainer(IMAGE)
        host = self._container.get_docker_client().host()
        port = free_port()
        self.brokers = f"{host}:{port}"
        self._container.with_bind_ports(_PORT, port)
        for name, value in self._config().items():
            self._container.with_env(_variable(name), value)

    def _config(self) -> dict[str, str]:
        return {
            **SINGLE_BROKER,
            "listeners": f"PLAINTEXT://:{_PORT},CONTROLLER://:{_CONTROLLER_PORT}",
            "advertised.listeners": f"PLAINTEXT://{self.brokers}",
            "controller.quorum.voters": f"1@localhost:{_CONTROLLER_PORT}",
        }

    def start(self, timeout: float = 60) -> Self:
        """Pull the image if it is missing, start the container and wait until the broker answers.

        Raises:
            KafkaStartError: if it ends or does not answer within ``timeout`` seconds.
        """
        try:
            self._container.start()
            wait_until_answers(self.brokers, self._require_alive, timeout)
        except Exception as error:  # whatever an engine says: it becomes one error with its text
            said = self._logs()
            self.stop()
            raise KafkaStartError(f"{IMAGE}: {error}\n{said}") from error
        return self

    def _require_alive(self) -> None:
        self._container.reload()
        if self._container.status not in {"created", "running"}:
            raise KafkaStartError(f"the container is {self._container.status}")

    def _logs(self) -> str:
        if self._container._container is None:
            return ""
        return b"".join(self._container.get_logs()).decode("utf-8", "replace")[-4000:]

    def stop(self) -> None:
        """Remove the container."""
        self._container.stop()


def _variable(name: str) -> str:
    """The image's environment variable for a broker property."""
    return "KAFKA_" + name.replace(".", "_").upper()
