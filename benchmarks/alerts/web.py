"""The way to a Slack that keeps what it is told: HTTP, with whatever goes wrong on it."""

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, NamedTuple, Self
from urllib.parse import parse_qsl

from benchmarks.alerts.keeping import Document, Keeping

RESET: Final = 0
_AT_ONCE: Final = struct.pack("ii", 1, 0)  # a connection that is closed so is reset


class Request(NamedTuple):
    """One request: when it came, by which token, and what it is about."""

    at: float
    token: str
    method: str
    channel: str
    in_thread: bool


class Fault(NamedTuple):
    """What comes instead of an answer: a status, or `RESET`."""

    status: int
    retry_after: int | None = None


def _nothing(_request: Request) -> None:
    """Goes well."""


class SlackWeb:
    """Slack's Web API on a port of 127.0.0.1, while it is entered.

    Args:
        slack: what answers.
        fault: asked before each request is looked at; what it gives is answered instead.
        heard: called when a request has come, before it is kept.
        kept: called when it is kept, before the answer.
        answered: called after the answer.
    """

    def __init__(
        self,
        slack: Keeping,
        fault: Callable[[Request], Fault | None] = _nothing,
        heard: Callable[[Request], None] = _nothing,
        kept: Callable[[Request], None] = _nothing,
        answered: Callable[[Request], None] = _nothing,
    ) -> None:
        self.slack = slack
        self.fault = fault
        self.heard = heard
        self.kept = kept
        self.answered = answered
        self.requests: list[Request] = []
        self._http = _Server(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Base of its Web API."""
        return f"http://127.0.0.1:{self._http.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_POST(self) -> None:
        try:
            self._answer(self.server.web)
        except ConnectionError:
            self.close_connection = True  # who asked is gone

    def _answer(self, web: SlackWeb) -> None:
        said = self._said()
        request = self._request(web.slack.clock(), said)
        web.requests.append(request)
        wrong = web.fault(request)
        if wrong is not None:
            self._fail(wrong)
            return
        web.heard(request)
        document = web.slack.answer(request.method, said)
        if request.method == "files.getUploadURLExternal":
            document = {"ok": True, "file_id": "F1", "upload_url": f"{web.url}upload"}
        web.kept(request)
        if document.get("error") == "ratelimited":
            self._write(429, document, 1)
        else:
            self._write(200, document, None)
        web.answered(request)

    def _request(self, now: float, said: Document) -> Request:
        return Request(
            at=now,
            token=self.headers.get("Authorization", "").removeprefix("Bearer "),
            method=self.path.rsplit("/", 1)[-1],
            channel=str(said.get("channel", "")),
            in_thread=bool(said.get("thread_ts")),
        )

    def _said(self) -> Document:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        if "json" in kind:
            document: Document = json.loads(body)
            return document
        return dict(parse_qsl(body.decode())) if "form-urlencoded" in kind else {}

    def _fail(self, wrong: Fault) -> None:
        if wrong.status != RESET:
            self._write(wrong.status, {"ok": False}, wrong.retry_after)
            return
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.close_connection = True

    def _write(self, status: int, document: Document, retry_after: int | None) -> None:
        said = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Nothing: the sums say it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, web: SlackWeb) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.web = web

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Whoever asked is gone, as the killed are; anything else is a fault of this server."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close without a farewell where the connection is to be reset: `shutdown` would end it in order."""
        if isinstance(request, socket.socket) and _is_to_be_reset(request):
            request.close()
        else:
            super().shutdown_request(request)


def _is_to_be_reset(connection: socket.socket) -> bool:
    try:
        linger = connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_AT_ONCE))
    except OSError:
        return False
    return linger == _AT_ONCE
