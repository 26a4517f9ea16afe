"""TCP ports for servers that tests start: known before the server runs, and never an ephemeral one."""

import random
import socket

_LOWEST, _HIGHEST = (
    20_000,
    32_767,
)  # from 32768 on, the kernel hands out ports to outgoing connections
_given: set[int] = set()


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens; never the same twice in one process.

    A client's connection may take an ephemeral port while a killed broker is down, and the broker could
    then not come back: hence the range below them.
    """
    numbers = random.SystemRandom()
    while True:
        port = numbers.randint(_LOWEST, _HIGHEST)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
