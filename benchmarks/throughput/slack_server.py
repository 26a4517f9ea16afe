"""A Slack that says yes and notes when each new message came: what is measured is the way to it."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class SlackServer:
    """Answers ``auth.test``, ``chat.postMessage`` and ``chat.update`` on a port of 127.0.0.1; takes no files."""

    def __init__(self) -> None:
        self.posted: list[tuple[float, str]] = []  # time.time() of arrival, body
        server = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                now = time.time()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path.endswith("chat.postMessage"):
                    server.posted.append((now, body.decode("utf-8", "replace")))
                answer = {"ok": True, "channel": "C1", "ts": f"{now:.6f}"}
                if "/files." in self.path:
                    answer = {"ok": False, "error": "missing_scope"}
                said = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
                """Nothing: the sums say it."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Base of its Web API."""
        return f"http://127.0.0.1:{self._http.server_port}/"

    def came(self, words: str, after: float) -> float | None:
        """When the first message with these words came after a time; None if none did."""
        return next((at for at, body in self.posted if at >= after and words in body), None)

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
