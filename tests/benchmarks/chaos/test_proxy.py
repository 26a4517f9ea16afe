"""A proxy that can be cut."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from ports import free_port

from benchmarks.chaos.proxy import Proxy


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[tuple[Proxy, socket.socket, socket.socket]]:
    """The proxy, and both ends of one connection through it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(free_port(), server.getsockname()[1], tmp_path / "proxy.log")
        proxy.start()
        try:
            with connected(proxy) as near, server.accept()[0] as far:
                near.settimeout(10)
                far.settimeout(10)
                yield proxy, near, far
        finally:
            proxy.stop()


def connected(proxy: Proxy) -> socket.socket:
    host, port = proxy.address.split(":")
    while True:
        try:
            return socket.create_connection((host, int(port)))
        except ConnectionRefusedError:
            continue  # it is starting


def test_bytes_go_both_ways(proxied: tuple[Proxy, socket.socket, socket.socket]) -> None:
    """What one end sends the other receives."""
    _, near, far = proxied
    near.sendall(b"question")
    assert far.recv(100) == b"question"
    far.sendall(b"answer")
    assert near.recv(100) == b"answer"


def test_nothing_comes_through_while_it_is_cut(
    proxied: tuple[Proxy, socket.socket, socket.socket],
) -> None:
    """Connections stay open, new ones get no answer, and what was sent arrives once it is mended."""
    proxy, near, far = proxied
    proxy.cut()
    near.sendall(b"question")
    far.settimeout(0.3)
    with pytest.raises(TimeoutError):
        far.recv(100)
    connected(proxy).close()

    proxy.mend()
    far.settimeout(10)
    assert far.recv(100) == b"question"


def test_an_end_that_is_closed_closes_the_other(
    proxied: tuple[Proxy, socket.socket, socket.socket],
) -> None:
    """A broker that dies is seen to be dead through the proxy."""
    _, near, far = proxied
    far.close()
    assert near.recv(100) == b""
