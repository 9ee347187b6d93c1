"""A small stand-in for Docker's daemon, for tests of what speaks to one.

It speaks the daemon's protocol on a socket of its own to Docker's real library, and knows one
image, that of the Dockerfile: a container of it is a process on this machine, with the image's
environment and what the container has of its own, at a port that stands for the one published.
"""

from __future__ import annotations

import json
import os
import re
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from mockserver.edges.listeners import listen
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import environment
from mockserver.tests.test_container_image import ENV, words_of

IMAGE = "segmock"
VERSION = {"ApiVersion": "1.44", "MinAPIVersion": "1.24", "Version": "25.0.0", "Os": "linux"}
STDOUT, STDERR = 1, 2


class Container:
    """A process that stands for a container."""

    def __init__(self, container_id: str, config: dict[str, Any], folder: Path) -> None:
        self.id = container_id
        self.config = config
        self._files = {
            STDOUT: folder / f"{container_id}.out",
            STDERR: folder / f"{container_id}.err",
        }
        self._process: subprocess.Popen[bytes] | None = None
        with listen("127.0.0.1", 0)[0].socket as sock:
            self._port = str(sock.getsockname()[1])

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait(PATIENCE_S)

    def start(self) -> None:
        """Run what the image runs."""
        own = dict(each.split("=", 1) for each in self.config["Env"])
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        at = {"SEGMOCK_HOST": "127.0.0.1", "SEGMOCK_PORT": self._port, "PATH": path}
        command = self.config.get("Cmd") or words_of("CMD")
        with self._files[STDOUT].open("wb") as out, self._files[STDERR].open("wb") as err:
            self._process = subprocess.Popen(
                [*words_of("ENTRYPOINT"), *command],
                env=environment(**(ENV | own | at)),
                stdout=out,
                stderr=err,
            )

    def inspect(self) -> dict[str, Any]:
        """Return what the daemon shows of it."""
        code = self._process.poll() if self._process else None
        running = self._process is not None and code is None
        status = "running" if running else "created" if self._process is None else "exited"
        published = [{"HostIp": "127.0.0.1", "HostPort": self._port}]
        ports = dict.fromkeys(self.config["ExposedPorts"], published if running else None)
        return {
            "Id": self.id,
            "Name": f"/{self.id}",
            "Config": self.config | {"Tty": False, "Image": IMAGE},
            "Image": "sha256:0",
            "State": {"Status": status, "Running": running, "ExitCode": code or 0},
            "NetworkSettings": {"Ports": ports},
        }

    def read_log(self, query: str) -> bytes:
        """Return what it has said, in the frames that Docker has for two streams in one."""
        names = {"stdout": STDOUT, "stderr": STDERR}
        wanted = [number for name, number in names.items() if f"{name}=1" in query]
        return b"".join(self._frame(number) for number in wanted)

    def _frame(self, number: int) -> bytes:
        text = self._files[number].read_bytes()
        return struct.pack(">BxxxL", number, len(text)) + text if text else b""

    def remove(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)


class Daemon(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """The daemon; `created` are the containers that there were, `removed` the ids of those gone."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.created: list[Container] = []
        self.removed: list[str] = []
        super().__init__(str(folder / "docker.sock"), Handler)

    @property
    def env(self) -> dict[str, str]:
        """What has programs use this daemon, without the helper that removes what they forget."""
        return {
            "DOCKER_HOST": f"unix://{self.server_address}",
            "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1",
            "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
            "TESTCONTAINERS_RYUK_DISABLED": "true",
        }

    def find(self, container_id: str) -> Container:
        """Return a container."""
        return next(each for each in self.created if each.id == container_id)


class Handler(BaseHTTPRequestHandler):
    """Answers requests as the daemon does."""

    protocol_version = "HTTP/1.1"
    server: Daemon

    def do_GET(self) -> None:
        """Read what there is."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Make or start a container."""
        self._answer("POST")

    def do_DELETE(self) -> None:
        """Remove a container."""
        self._answer("DELETE")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, method: str) -> None:
        url = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.loads(text or b"{}")
        path = re.sub(r"^/v[\d.]+", "", unquote(url.path))
        for pattern, answer in ROUTES.items():
            if found := re.fullmatch(pattern, f"{method} {path}"):
                self._send(*answer(self.server, *found.groups(), body or url.query))
                return
        self._send(404, {"message": f"the stand-in for Docker knows no {method} {path}"})

    def _send(self, status: int, value: Any) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if body:  # or whoever asked may have gone already
            self.wfile.write(body)


def show_image(_: Daemon, name: str, __: object) -> tuple[int, Any]:
    """Tell of the one image that there is."""
    if name != IMAGE:
        return 404, {"message": f"No such image: {name}"}
    return 200, {"Id": "sha256:0", "RepoTags": [f"{IMAGE}:latest"]}


def create_container(daemon: Daemon, config: dict[str, Any]) -> tuple[int, Any]:
    """Make a container, and start nothing."""
    container = Container(f"c{len(daemon.created)}", config, daemon.folder)
    daemon.created.append(container)
    return 201, {"Id": container.id, "Warnings": []}


def start_container(daemon: Daemon, container_id: str, _: object) -> tuple[int, Any]:
    """Start a container."""
    daemon.find(container_id).start()
    return 204, b""


def remove_container(daemon: Daemon, container_id: str, _: object) -> tuple[int, Any]:
    """End a container, and forget it."""
    daemon.find(container_id).remove()
    daemon.removed.append(container_id)
    return 204, b""


ROUTES = {
    "GET /version": lambda *_: (200, VERSION),
    "GET /images/(.+)/json": show_image,
    "POST /images/create": lambda *_: (404, {"message": "pull access denied"}),
    "POST /containers/create": create_container,
    r"POST /containers/(\w+)/start": start_container,
    r"GET /containers/(\w+)/json": lambda daemon, name, _: (200, daemon.find(name).inspect()),
    r"GET /containers/(\w+)/logs": lambda daemon, name, query: (
        200,
        daemon.find(name).read_log(query),
    ),
    r"DELETE /containers/(\w+)": remove_container,
}


@contextmanager
def serving_docker() -> Iterator[Daemon]:
    """Serve a daemon in a thread while the context lasts; then nothing that it started is left.

    Its folder is not the test's: the path of a socket has to be short.
    """
    with TemporaryDirectory(prefix="segmock-") as folder, Daemon(Path(folder)) as daemon:
        thread = threading.Thread(target=daemon.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield daemon
        finally:
            daemon.shutdown()
            thread.join()
            for container in daemon.created:
                container.remove()
